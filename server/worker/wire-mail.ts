import type { Database } from "../../db/client.ts";
import { env } from "../env.ts";
import { openInbox } from "../receipts/inbox.ts";
import { type Mailer, smtpMailer } from "../receipts/mailer.ts";

/**
 * The worker's part of the composition root: the web has no mail in it. SMTP to the server of SMTP_URL, or to
 * an inbox of our own in this very process, over the same protocol.
 */
export async function wireMail(db: Database): Promise<{ mailer: Mailer; close(): Promise<void> }> {
  const { smtpUrl, mailFrom: from, timings } = env.app();
  const inbox = smtpUrl === undefined ? await openInbox(db) : undefined;
  const mailer = smtpMailer({
    url: inbox?.url ?? smtpUrl ?? "",
    via: inbox ? "inbox" : "smtp",
    from,
    timeoutMs: timings.mailMs,
  });
  return {
    mailer,
    async close() {
      mailer.close();
      await inbox?.close();
    },
  };
}
