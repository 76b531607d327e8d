import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { sendReceiptCheckThenAct } from "../lab/twins/receipt-check-then-act.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { until } from "../test-kit/mail.ts";
import { heldMailer, mailUnderTest } from "../test-kit/mail-under-test.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { getReceipt } from "./get-receipt.ts";
import type { Mailer } from "./mailer.ts";
import { markSent } from "./mark-sent.ts";
import { sendReceipt } from "./send-receipt.ts";

const stack = stackUnderTest();
const mail = mailUnderTest(stack);
const db = () => stack.services.pool.db;

async function paid(email?: string) {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const items = [{ sku: "tea", quantity: 2 }];
  if (email) await buyer.mutate("orders.save", { orderId: payment.orderId, items, email });
  expect((await buyer.pays(payment)).status).toBe(200);
  return { buyer, account: buyer.account, orderId: payment.orderId, key: payment.idempotencyKey };
}

interface Order {
  account: string;
  orderId: string;
}
const send = (mailer: Mailer, { account, orderId }: Order, leaseMs = 60_000) =>
  sendReceipt({ db: db(), mailer, leaseMs, delayMs: 1 }, { account, orderId });

const counted = async ({ account, orderId }: Order) => {
  const { deliveries, effective } = await getReceipt(db(), account, orderId);
  return { deliveries: deliveries.length, effective };
};

/** The twin keeps its rows and its mails under a sub-account of its own. */
function twin({ account, orderId }: Order) {
  const order = { account: `${account}~check-then-act`, orderId };
  const letter = { messageId: "", to: undefined, date: new Date(), subject: "s", text: "t" };
  return {
    order,
    send: (mailer: Mailer) => sendReceiptCheckThenAct(db(), mailer, { ...order, ...letter }),
  };
}

describe("two workers at once", () => {
  test("the second finds the receipt taken: one mail", async () => {
    const order = await paid();
    const { held, arrived, letGo } = heldMailer(mail.mailer, "before");
    const first = send(held, order);
    await until("the first is about to send", async () => arrived.length === 1);
    expect(await send(held, order)).toBe("not mine");
    letGo();
    expect(await first).toBe("sent");
    expect(await send(mail.mailer, order)).toBe("not mine");
    expect(await counted(order)).toEqual({ deliveries: 1, effective: 1 });
  });

  test("the wrong twin: both looked, both send, and there are two receipts", async () => {
    const { order, send: sendTwin } = twin(await paid());
    const { held, arrived, letGo } = heldMailer(mail.mailer, "before");
    const both = Promise.all([sendTwin(held), sendTwin(held)]);
    await until("both are about to send", async () => arrived.length === 2);
    letGo();
    expect(await both).toEqual(["sent", "sent"]);
    expect(await counted(order)).toEqual({ deliveries: 2, effective: 2 });
  });
});

describe("one that dies between the send and the mark", () => {
  test("the next one, after the lease, sends the same receipt: two deliveries, one in effect", async () => {
    const order = await paid();
    const { held, arrived } = heldMailer(mail.mailer, "after");
    void send(held, order, 300);
    await until("it has sent", async () => arrived.length === 1);
    await until("the lease is over", async () => (await send(mail.mailer, order)) === "sent");
    expect(await counted(order)).toEqual({ deliveries: 2, effective: 1 });
    const { deliveries, status } = await getReceipt(db(), order.account, order.orderId);
    expect(status).toBe("sent");
    expect(deliveries.map(({ takesEffect }) => takesEffect)).toEqual([true, false]);
    const [first, second] = deliveries.map(({ text, subject, recipient, messageId }) => ({
      text,
      subject,
      recipient,
      messageId,
    }));
    expect(second).toEqual(first);
  });

  test("the wrong twin: the next one sends another receipt", async () => {
    const { order, send: sendTwin } = twin(await paid());
    const { held, arrived } = heldMailer(mail.mailer, "after");
    void sendTwin(held);
    await until("it has sent", async () => arrived.length === 1);
    expect(await sendTwin(mail.mailer)).toBe("sent");
    expect(await counted(order)).toEqual({ deliveries: 2, effective: 2 });
  });
});

test("of any number of marks one changes the row, and a sent receipt never goes back", async () => {
  const order = await paid();
  const marks = await Promise.all(Array.from({ length: 8 }, () => markSent(db(), order, "inbox")));
  expect(marks.filter(Boolean)).toHaveLength(1);
  const back = [
    "update receipts set sent_at = null, via = null",
    "update receipts set attempts = attempts + 1",
    "delete from receipts",
  ];
  for (const statement of back) {
    const change = stack.sql.unsafe(`${statement} where order_id = '${order.orderId}'`);
    await expect(change, statement).rejects.toMatchObject({ code: "23000" });
  }
});

test("the mail: to the buyer's address, items, total and order; no card and no key", async () => {
  const order = await paid("buyer@example.org");
  await send(mail.mailer, order);
  const { deliveries } = await getReceipt(db(), order.account, order.orderId);
  const [
    { text, subject, recipient, messageId } = {
      text: "",
      subject: "",
      recipient: "",
      messageId: "",
    },
  ] = deliveries;
  expect(recipient).toBe("buyer@example.org");
  expect(subject).toBe(`Your receipt: €19.98, order …${order.orderId.slice(-8)}`);
  expect(text).toContain("2 × Tea, 100 g: €19.98");
  expect(text).toContain("Total: €19.98");
  expect(text).toContain(`Order ${order.orderId}`);
  expect(text).not.toContain(order.key);
  expect(text).not.toContain("pm_card");
  expect(messageId).toMatch(/^<[0-9a-f]{40}@payonce\.example>$/);
  expect(messageId).not.toContain(order.account);
});

test("without an email it goes to the shop's own address, and into the account's mailbox", async () => {
  const order = await paid();
  await send(mail.mailer, order);
  const { result } = await order.buyer.query("mailbox.list");
  expect(result).toMatchObject([{ orderId: order.orderId, recipient: "receipts@payonce.example" }]);
  const stranger = await Buyer.arrives(stack.services);
  expect((await stranger.query("mailbox.list", { orderId: order.orderId })).result).toEqual([]);
  const { result: none } = await stranger.query("receipts.get", { orderId: uuidv7() });
  expect(none).toEqual({ status: "none", deliveries: [], effective: 0 });
});
