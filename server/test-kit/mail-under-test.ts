import { afterAll, beforeAll } from "vitest";
import { type Inbox, openInbox } from "../receipts/inbox.ts";
import { type Mail, type Mailer, smtpMailer } from "../receipts/mailer.ts";
import type { Stack } from "./stack.ts";

/** The real inbox and real SMTP to it, in this process; `mailer` may be read inside tests only. */
export function mailUnderTest(stack: Stack): { readonly mailer: Mailer } {
  let inbox: Inbox | undefined;
  let mailer: Mailer | undefined;
  beforeAll(async () => {
    inbox = await openInbox(stack.services.pool.db);
    mailer = mailerTo(inbox.url);
  });
  afterAll(async () => {
    mailer?.close();
    await inbox?.close();
  });
  return {
    get mailer() {
      if (mailer === undefined) throw new Error("Mail runs inside tests only");
      return mailer;
    },
  };
}

export function mailerTo(url: string, via: Mailer["via"] = "inbox"): Mailer {
  return smtpMailer({ url, via, from: "receipts@payonce.example", timeoutMs: 10_000 });
}

/** A mailer that stops before or after its delivery until it is let go; one that never is stands for a dead process. */
export function heldMailer(mailer: Mailer, at: "before" | "after") {
  const arrived: Mail[] = [];
  const letGo: (() => void)[] = [];
  const hold = (mail: Mail) => {
    arrived.push(mail);
    return new Promise<void>((resolve) => letGo.push(resolve));
  };
  const held: Mailer = {
    ...mailer,
    async deliver(mail) {
      if (at === "before") await hold(mail);
      await mailer.deliver(mail);
      if (at === "after") await hold(mail);
    },
  };
  return { held, arrived, letGo: () => letGo.forEach((go) => go()) };
}
