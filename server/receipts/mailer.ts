import { createTransport } from "nodemailer";
import { z } from "zod";
import { mailboxAddress } from "./mailbox-address.ts";

export interface Mail {
  account: string;
  orderId: string;
  messageId: string;
  /** Undefined: nobody gave an address, and it goes to the shop's own. */
  to: string | undefined;
  date: Date;
  subject: string;
  text: string;
}

/** The port: real SMTP behind it, always. */
export interface Mailer {
  via: "inbox" | "smtp";
  /** Resolves once the server has taken the mail over. A rejection may come after it did: ask {@link refusal}. */
  deliver(mail: Mail): Promise<void>;
  close(): void;
}

export interface SmtpMailer {
  url: string;
  via: Mailer["via"];
  from: string;
  timeoutMs: number;
}

/** Mail over SMTP, at most `timeoutMs` for each, from connecting to the server's last word. */
export function smtpMailer({ url, via, from, timeoutMs }: SmtpMailer): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    via,
    async deliver({ account, orderId, to = from, ...mail }) {
      // Whoever the letter is to: our own inbox finds its shelf by the envelope, as any mail server does.
      const envelope = { from, to: via === "inbox" ? mailboxAddress(account, orderId) : to };
      await within(timeoutMs, transport.sendMail({ from, to, envelope, ...mail }));
    },
    close: () => transport.close(),
  };
}

/** Nodemailer's limits are each on one silence; a server that drips is met by this one. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error("late"), { code: "ETIMEDOUT" })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const smtpError = z.object({ code: z.string().optional(), responseCode: z.number().optional() });

/** What a failed delivery means. Only the answer to this very mail is for good: a login that is refused is not about it. */
export function refusal(error: unknown): { error: string; refusedForGood: boolean } {
  const { code = "unknown", responseCode } = smtpError.safeParse(error).data ?? {};
  const refusedForGood =
    ["EENVELOPE", "EMESSAGE"].includes(code) && responseCode !== undefined && responseCode >= 500;
  return { error: [code, responseCode].filter(Boolean).join(" "), refusedForGood };
}
