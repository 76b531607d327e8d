import { v7 as uuidv7 } from "uuid";
import { pay } from "../../checkout/pay.ts";
import { openInbox } from "../../receipts/inbox.ts";
import { listMailbox, type MailboxEntry } from "../../receipts/list-mailbox.ts";
import { type Mail, type Mailer, smtpMailer } from "../../receipts/mailer.ts";
import { sendReceipt } from "../../receipts/send-receipt.ts";
import { runOperation } from "../../trpc/operation.ts";
import { subAccount } from "../sub-account.ts";
import { sendReceiptCheckThenAct } from "../twins/receipt-check-then-act.ts";
import type { Demonstration, Rows, Side, Stage } from "./demonstration.ts";
import { placeOrder } from "./place-order.ts";

const SMTP_MS = 3_000;
/** Of the sender that dies; the next one has to wait for its end. */
const LEASE_MS = 600;
const TRIES_MAX = 5;

/** Pattern 3. The mail server has taken the receipt over, and its sender dies before it has marked it as sent. */
export const markAsSent: Demonstration = {
  id: "mark-as-sent",
  title: "Check, then act: mark as sent",
  story:
    "Dora has paid, and her receipt is on its way. The worker hands it to the mail server and dies before it writes down that it did. Another worker finds a receipt that nobody has sent.",
  breaks: "Die between the send and the mark",
  production: { file: "server/receipts/send-receipt.ts", name: "sendReceipt" },
  twin: { file: "server/lab/twins/receipt-check-then-act.ts" },
  home: "the receipt",
  async run(stage) {
    // A mail server of its own, so that the experiment needs no other process; real SMTP all the same.
    const inbox = await openInbox(stage.ctx.db);
    const from = "shop@payonce.example";
    const mailer = smtpMailer({ url: inbox.url, via: "inbox", from, timeoutMs: SMTP_MS });
    try {
      return await Promise.all([production(stage, mailer), twin(stage, mailer)]);
    } finally {
      mailer.close();
      await inbox.close();
    }
  },
};

async function production({ ctx }: Stage, mailer: Mailer): Promise<Side> {
  const { account, db } = ctx;
  const sending = { db, leaseMs: LEASE_MS, delayMs: 100 };
  let orderId = "";
  // The shop's own worker is quick: where it was first, the next order gives the dying one its chance.
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const order = await placeOrder(ctx);
    orderId = order.orderId;
    const wanted = { orderId, paymentMethod: "pm_card_visa", expectedTotal: order.total };
    const intent = { account, key: uuidv7(), input: pay.input.parse(wanted) };
    await runOperation(ctx, pay, intent);
    const receipt = { account, orderId };
    if (await dies(mailer, (dying) => sendReceipt({ ...sending, mailer: dying }, receipt))) break;
  }
  await until(async () => {
    await sendReceipt({ ...sending, mailer }, { account, orderId });
    return (await listMailbox(db, account, orderId)).length >= 2;
  });
  const mails = await listMailbox(db, account, orderId);
  const effective = mails.filter((mail) => mail.takesEffect).length;
  return {
    name: "sendReceipt",
    holds: effective === 1,
    sentence: `Delivered ${mails.length} times, one in effect: both carry the Message-ID of this order. "At least one mail, one receipt" was chosen. "Exactly one mail" is not on offer: Postgres and a mail server share no commit.`,
    tables: [tableOf(mails)],
  };
}

async function twin({ ctx }: Stage, mailer: Mailer): Promise<Side> {
  const account = subAccount(ctx.account, "receipt-twin");
  const orderId = uuidv7();
  const mail: Mail = {
    account,
    orderId,
    messageId: "",
    to: undefined,
    date: new Date(),
    subject: "Your receipt: €48.00",
    text: "Thank you. All money here is pretend.\n",
  };
  await dies(mailer, (dying) => sendReceiptCheckThenAct(ctx.db, dying, mail));
  await sendReceiptCheckThenAct(ctx.db, mailer, mail);
  const mails = await listMailbox(ctx.db, account, orderId);
  const effective = mails.filter(({ takesEffect }) => takesEffect).length;
  return {
    name: "if (!sentAt) { send(); mark(); }",
    holds: effective === 1,
    sentence: `Delivered ${mails.length} times, ${effective} in effect: each has a Message-ID of its own, and nothing tells them apart from two receipts.`,
    tables: [tableOf(mails)],
  };
}

/** A sender whose process dies once the mail server has said yes. False: it never got to send. */
async function dies(mailer: Mailer, send: (dying: Mailer) => Promise<unknown>): Promise<boolean> {
  let die = () => {};
  const death = new Promise<true>((resolve) => (die = () => resolve(true)));
  const dying: Mailer = {
    ...mailer,
    async deliver(mail) {
      await mailer.deliver(mail);
      die();
      await new Promise(() => {});
    },
  };
  return await Promise.race([send(dying).then(() => false), death]);
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + 10_000;
  while (!(await done()) && performance.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

function tableOf(mails: MailboxEntry[]): Rows {
  return {
    title: "The mailbox",
    columns: ["Message-ID", "takes effect"],
    rows: mails
      .toReversed()
      .map(({ messageId, takesEffect }) => [messageId, takesEffect ? "yes" : "no, the same again"]),
  };
}
