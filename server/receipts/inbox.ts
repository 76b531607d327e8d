import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Database } from "../../db/client.ts";
import { keepMail } from "./keep-mail.ts";
import { readMailboxAddress } from "./mailbox-address.ts";

const MAIL_BYTES_MAX = 256 * 1024;

export interface Inbox {
  /** `smtp://127.0.0.1:40123` */
  url: string;
  close(): Promise<void>;
}

/**
 * A real SMTP server on loopback that keeps every mail it is handed. It says 250 when the row is committed and not
 * before: a mail that it took is never lost, and one that it did not answer for may have been kept.
 * @param port 0 for any free one
 */
export async function openInbox(db: Database, port = 0): Promise<Inbox> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    size: MAIL_BYTES_MAX,
    rejectOversized: true,
    maxRecipients: 1,
    onRcptTo: ({ address }, _session, done) =>
      done(readMailboxAddress(address) ? null : answering(550, "No such mailbox")),
    onData: (stream, session, done) => void answer(take(db, stream, session), done),
  });
  // A client that goes away in the middle is an error of its connection, not of the server.
  server.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const { port: given } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${given}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function answer(
  taking: Promise<void>,
  done: (error: Error | null, message?: string) => void,
): Promise<void> {
  const failed = await taking.then(
    () => false,
    () => true,
  );
  if (failed) done(answering(451, "Not kept, try again"));
  else done(null, "Kept");
}

async function take(
  db: Database,
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (stream.byteLength <= MAIL_BYTES_MAX) chunks.push(chunk as Buffer);
  }
  if (stream.sizeExceeded) return;
  const shelf = readMailboxAddress(envelope.rcptTo[0]?.address ?? "");
  if (shelf === undefined) throw new Error("No such mailbox");
  const mail = await PostalMime.parse(Buffer.concat(chunks));
  await keepMail(db, {
    ...shelf,
    messageId: mail.messageId ?? "",
    recipient: mail.to?.[0]?.address ?? "",
    subject: mail.subject ?? "",
    text: mail.text ?? "",
  });
}

function answering(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
