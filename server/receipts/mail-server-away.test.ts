import { SMTPServer } from "smtp-server";
import { afterEach, expect, test, vi } from "vitest";
import { freePort } from "../../db/embedded/free-port.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { receiptOf, until } from "../test-kit/mail.ts";
import { mailerTo } from "../test-kit/mail-under-test.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { workOnReceiptsUnderTest } from "../test-kit/work-on-receipts.ts";
import { startReceiptWorker } from "../test-kit/worker-process.ts";
import { getReceipt } from "./get-receipt.ts";
import { openInbox } from "./inbox.ts";

// Processes are started and leases run out; a machine that others use takes its time.
vi.setConfig({ testTimeout: 120_000 });
const stack = stackUnderTest();
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const answer = await buyer.pays(payment);
  expect(answer.status).toBe(200);
  return { buyer, payment, text: answer.text, orderId: payment.orderId };
}

const sendingOf = async (buyer: Buyer, orderId: string) =>
  (await getReceipt(stack.services.pool.db, buyer.account, orderId)).sending;

/** A worker's loops in this process, speaking to that server. */
function working(url: string, via?: "inbox" | "smtp") {
  ends.push(workOnReceiptsUnderTest(stack, mailerTo(url, via)));
}

test("the mail server is away, then back: tried with growing pauses, delivered once; the payment never knew (CORE-7)", async () => {
  const port = await freePort(20_525);
  const url = `smtp://127.0.0.1:${port}`;
  const { buyer, payment, orderId, text } = await paid();
  working(url);
  await until("it was tried three times", async () => {
    return ((await sendingOf(buyer, orderId))?.attempts ?? 0) >= 3;
  });
  expect(await receiptOf(buyer, orderId)).toEqual({
    status: "queued",
    deliveries: 0,
    effective: 0,
  });
  expect((await sendingOf(buyer, orderId))?.lastError).toMatch(/^E[A-Z]+$/);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
  expect((await buyer.pays(payment)).text).toBe(text);

  const inbox = await openInbox(stack.services.pool.db, port);
  ends.push(inbox.close);
  await until(
    "the receipt is sent",
    async () => (await receiptOf(buyer, orderId)).status === "sent",
  );
  expect(await receiptOf(buyer, orderId)).toEqual({ status: "sent", deliveries: 1, effective: 1 });
});

/** Somebody else's mail server, with something to say to each recipient. */
async function mailServer(answerTo: (address: string) => Error | null) {
  const got: { recipient: string; raw: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onRcptTo: ({ address }, _session, done) => done(answerTo(address)),
    onData(stream, { envelope }, done) {
      let raw = "";
      stream.on("data", (chunk: Buffer) => (raw += chunk.toString()));
      stream.on("end", () => {
        got.push({ recipient: envelope.rcptTo[0]?.address ?? "", raw });
        done(null, "Taken");
      });
    },
  });
  const port = await freePort(20_625);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  ends.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { url: `smtp://127.0.0.1:${port}`, got };
}

const saying = (responseCode: number) =>
  Object.assign(new Error("as the test wants it"), { responseCode });

test("a receipt that the mail server refuses for good is not tried again: it waits for a person, on the ledger's list", async () => {
  const { url } = await mailServer(() => saying(550));
  const { buyer, orderId } = await paid();
  working(url, "smtp");
  await until("it waits for a person", async () => {
    return (await sendingOf(buyer, orderId))?.review !== null;
  });
  expect(await sendingOf(buyer, orderId)).toMatchObject({
    attempts: 1,
    review: "The mail server refuses it (EENVELOPE 550)",
  });
  expect((await buyer.query("audit.reviews")).result).toMatchObject([
    {
      orderId,
      procedure: "receipt",
      attempts: 1,
      reason: "The mail server refuses it (EENVELOPE 550)",
    },
  ]);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("a person sends it once more: tried at once under the same Message-ID, delivered once; what is sent or not waiting is left alone", async () => {
  let refuses = true;
  const { url, got } = await mailServer(() => (refuses ? saying(550) : null));
  const { buyer, orderId } = await paid();
  working(url, "smtp");
  await until("it waits for a person", async () => {
    return (await sendingOf(buyer, orderId))?.review !== null;
  });
  const stranger = await Buyer.arrives(stack.services);
  const sendAgain = (of: Buyer) => of.mutate("receipts.sendAgain", { orderId });
  expect((await sendAgain(stranger)).result).toEqual({ queued: false });
  refuses = false;
  const asked = await Promise.all([sendAgain(buyer), sendAgain(buyer)]);
  expect(asked.map(({ result }) => result)).toEqual(
    expect.arrayContaining([{ queued: true }, { queued: false }]),
  );
  await until("the receipt is sent", async () => {
    return (await receiptOf(buyer, orderId)).status === "sent";
  });
  expect(got).toHaveLength(1);
  expect((await buyer.query("audit.reviews")).result).toEqual([]);
  expect((await sendAgain(buyer)).result).toEqual({ queued: false });
});

test("a refusal for now is tried again, and another mail server than ours gets the mail under the buyer's address", async () => {
  let refusals = 0;
  const { url, got } = await mailServer(() => (++refusals <= 2 ? saying(451) : null));
  const { buyer, orderId } = await paid();
  working(url, "smtp");
  await until(
    "the receipt is sent",
    async () => (await receiptOf(buyer, orderId)).status === "sent",
  );
  expect(await sendingOf(buyer, orderId)).toMatchObject({ via: "smtp", attempts: 3 });
  expect(got.map(({ recipient }) => recipient)).toEqual(["receipts@payonce.example"]);
  expect(got[0]?.raw).toContain(`Order ${orderId}`);
  expect(got[0]?.raw).not.toContain(buyer.account);
});

test("with SMTP_URL the worker opens no inbox of its own and mails there", async () => {
  const { url, got } = await mailServer(() => null);
  const { buyer, orderId } = await paid();
  const environment = { SMTP_URL: url, MAIL_FROM: "shop@example.org" };
  const worker = await startReceiptWorker(stack.database.appUrl, "never", environment);
  ends.push(worker.stop);
  await until("the receipt is sent", async () => {
    return (await receiptOf(buyer, orderId)).status === "sent";
  });
  expect(got.map(({ recipient }) => recipient)).toEqual(["shop@example.org"]);
  expect(await receiptOf(buyer, orderId)).toEqual({ status: "sent", deliveries: 0, effective: 0 });
});
