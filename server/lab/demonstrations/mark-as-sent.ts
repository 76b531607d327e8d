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
import { sendAtOnce } from "./send-at-once.ts";

/** A delivery takes 10 ms; on a machine that does ten other things it may take seconds. */
const SMTP_MS = 10_000;
const SENDERS = 2;
/** Longer than both senders need: a take-over would be another fault than the one that is shown. */
const LEASE_MS = 30_000;
/** Of the sender that dies; the next one has to wait for its end. */
const DYING_LEASE_MS = 600;
const TRIES_MAX = 10;
const AT_ONCE = "Two senders at once";
const DEATH = "Dies between the send and the mark";

/** Pattern 3. Two senders take up one receipt at once; and one dies when the mail server has it, before the mark. */
export const markAsSent: Demonstration = {
  id: "mark-as-sent",
  title: "Check, then act: mark as sent",
  story:
    "Dora has paid, and two workers take up her receipt at once. With another receipt a worker hands it to the mail server and dies before it writes down that it did. The next worker finds a receipt that nobody has marked as sent.",
  rule: "Decide by the row count of one UPDATE, before the send.",
  limit: "It does not close the gap between the send and the mark.",
  breaks: "Send from two at once, and die before the mark",
  production: [
    {
      file: "server/receipts/claim-receipt.ts",
      name: "claimReceipt",
      says: "Check and act in one statement: of two at once one changes the row and sends, the other gets no row.",
    },
    {
      file: "server/receipts/mark-sent.ts",
      name: "markSent",
      says: "After the send. It comes too late for a sender that died.",
    },
  ],
  twin: { file: "server/lab/twins/receipt-check-then-act.ts" },
  home: "the receipt",
  async run({ ctx }) {
    // A mail server of its own, so that the experiment needs no other process; real SMTP all the same.
    const inbox = await openInbox(ctx.db);
    const from = "shop@payonce.example";
    const mailer = smtpMailer({ url: inbox.url, via: "inbox", from, timeoutMs: SMTP_MS });
    try {
      const sides = [productionAtOnce, twinAtOnce, productionDies, twinDies];
      return await Promise.all(sides.map((side) => side(ctx, mailer)));
    } finally {
      mailer.close();
      await inbox.close();
    }
  },
};

type Ctx = Stage["ctx"];
type Receipt = Parameters<typeof sendReceipt>[1];

async function productionAtOnce(ctx: Ctx, mailer: Mailer): Promise<Side> {
  const { account, db } = ctx;
  const { orderId, told } = await withReceipt(ctx, async (receipt) => {
    const answers = await sendAtOnce(mailer, SENDERS, (waiting) =>
      sendReceipt({ db, mailer: waiting, leaseMs: LEASE_MS, delayMs: 100 }, receipt),
    );
    return answers.includes("sent") ? answers : undefined;
  });
  const mails = await listMailbox(db, account, orderId);
  const sent = told.filter((answer) => answer === "sent").length;
  return {
    name: "sendReceipt",
    fault: AT_ONCE,
    holds: mails.length === 1,
    sentence: `${SENDERS} senders, ${sent} got the row and sent: ${mailsOf(mails)}. The UPDATE is the check and the act.`,
    tables: [
      sendersOf(told, "its UPDATE changed", (one) => (one === "not mine" ? "0 rows" : "1 row")),
      tableOf(mails),
    ],
  };
}

async function twinAtOnce({ db, account }: Ctx, mailer: Mailer): Promise<Side> {
  const mail = twinMail(account);
  const told = await sendAtOnce(mailer, SENDERS, (waiting) =>
    sendReceiptCheckThenAct(db, waiting, mail),
  );
  const mails = await listMailbox(db, mail.account, mail.orderId);
  const sent = told.filter((answer) => answer === "sent").length;
  return {
    name: "if (!sentAt) { send(); mark(); }",
    fault: AT_ONCE,
    holds: mails.length === 1,
    sentence: `${SENDERS} senders, ${sent} saw "not sent" and sent: ${mailsOf(mails)}. Between the check and the act there was room for another.`,
    tables: [
      sendersOf(told, "its check saw", (one) => (one === "sent" ? "not sent" : "sent")),
      tableOf(mails),
    ],
  };
}

async function productionDies(ctx: Ctx, mailer: Mailer): Promise<Side> {
  const { account, db } = ctx;
  const sending = { db, leaseMs: DYING_LEASE_MS, delayMs: 100 };
  const { orderId } = await withReceipt(ctx, async (receipt) => {
    const died = await dies(mailer, (dying) => sendReceipt({ ...sending, mailer: dying }, receipt));
    return died || undefined;
  });
  await until(async () => {
    await sendReceipt({ ...sending, mailer }, { account, orderId });
    return (await listMailbox(db, account, orderId)).length >= 2;
  });
  const mails = await listMailbox(db, account, orderId);
  return {
    name: "sendReceipt",
    fault: DEATH,
    holds: effective(mails) === 1,
    sentence: `${mailsOf(mails)}, ${effective(mails)} in effect. This demo's mailbox counts by Message-ID, which is made from the order; a real inbox may show both. Postgres and a mail server share no commit, so "at least one mail" was chosen over "perhaps none".`,
    tables: [tableOf(mails)],
  };
}

async function twinDies({ db, account }: Ctx, mailer: Mailer): Promise<Side> {
  const mail = twinMail(account);
  await dies(mailer, (dying) => sendReceiptCheckThenAct(db, dying, mail));
  await sendReceiptCheckThenAct(db, mailer, mail);
  const mails = await listMailbox(db, mail.account, mail.orderId);
  return {
    name: "if (!sentAt) { send(); mark(); }",
    fault: DEATH,
    holds: effective(mails) === 1,
    sentence: `${mailsOf(mails)}, ${effective(mails)} in effect: each has a Message-ID of its own, and nothing tells them apart from two receipts.`,
    tables: [tableOf(mails)],
  };
}

/**
 * Pays an order and sends its receipt in the moment of its commit, before the shop's own worker has woken up. Where that
 * was quicker all the same, the next order gives these senders their chance.
 */
async function withReceipt<Told>(
  ctx: Ctx,
  send: (receipt: Receipt) => Promise<Told | undefined>,
): Promise<{ orderId: string; told: Told }> {
  const { account } = ctx;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { orderId, total } = await placeOrder(ctx);
    const wanted = { orderId, paymentMethod: "pm_card_visa", expectedTotal: total };
    const intent = { account, key: uuidv7(), input: pay.input.parse(wanted) };
    let told: Told | undefined;
    const onEvent: Ctx["onEvent"] = async (event) => {
      if (event.point === "after-commit") told = await send({ account, orderId });
      await ctx.onEvent(event);
    };
    await runOperation({ ...ctx, onEvent }, pay, intent);
    if (told !== undefined) return { orderId, told };
  }
  throw new Error(`The shop's own worker was quicker with ${TRIES_MAX} receipts`);
}

function twinMail(account: string): Mail {
  return {
    account: subAccount(account, "receipt-twin"),
    orderId: uuidv7(),
    messageId: "",
    to: undefined,
    date: new Date(),
    subject: "Your receipt: €48.00",
    text: "Thank you. All money here is pretend.\n",
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

function effective(mails: MailboxEntry[]): number {
  return mails.filter(({ takesEffect }) => takesEffect).length;
}

function mailsOf({ length }: MailboxEntry[]): string {
  return length === 1 ? "1 mail" : `${length} mails`;
}

function sendersOf<Told extends string>(
  told: Told[],
  asked: string,
  seenBy: (answer: Told) => string,
): Rows {
  return {
    title: "The senders",
    columns: ["sender", asked, "it ended with"],
    rows: told.map((answer, at) => [String(at + 1), seenBy(answer), answer]),
  };
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
