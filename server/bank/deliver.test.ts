import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bankUnderTest, payment } from "./bank-under-test.ts";

const SECRETS = ["whsec_the_old_one", "whsec_the_new_one"];

interface Heard {
  event: Stripe.Event;
  body: string;
  at: number;
}

const heard: Heard[] = [];
/** What the receiver answers: the next ones in turn, then 200. */
const answers: number[] = [];
/** Whoever sends something with this in it gets no answer. */
let hangsAt: string | undefined;
let receiver: Server;
let url = "";

// Hears with the official package: what it cannot verify is not heard.
beforeAll(async () => {
  receiver = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const signature = String(request.headers["stripe-signature"]);
      for (const secret of SECRETS) Stripe.webhooks.constructEvent(body, signature, secret);
      heard.push({ event: JSON.parse(body) as Stripe.Event, body, at: performance.now() });
      if (hangsAt !== undefined && body.includes(hangsAt)) return;
      response.writeHead(answers.shift() ?? 200).end("{}");
    })().catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(() => {
  receiver.closeAllConnections();
  return new Promise<void>((closed) => receiver.close(() => closed()));
});
beforeEach(() => {
  heard.length = 0;
  answers.length = 0;
  hangsAt = undefined;
});

const bank = bankUnderTest({
  webhook: {
    get url() {
      return url;
    },
    secrets: SECRETS,
  },
});

/** Until so many are heard: how long that takes is the machine's, of which a test promises nothing. */
const hears = (many: number) => expect.poll(() => heard.length, { timeout: 15_000 }).toBe(many);
const types = () => heard.map(({ event }) => event.type);
const pay = (orderId: string, fault?: string) =>
  bank.stripe.paymentIntents.create(payment(orderId), {
    idempotencyKey: orderId,
    ...(fault && { headers: { "X-Bank-Fault": fault } }),
  });

test("a charge, a decline and a refund are told in Stripe's shapes, in their order, signed with every secret", async () => {
  const intent = await pay("told");
  const charge = String(intent.latest_charge);
  await expect
    .poll(types, { timeout: 15_000 })
    .toEqual(["charge.succeeded", "payment_intent.succeeded"]);
  await bank.stripe.refunds.create({ charge, amount: 300 });
  await bank.stripe.refunds.create({ charge });
  await hears(6);
  const objects = heard.map(({ event }) => [event.type, event.data.object]);
  expect(objects).toMatchObject([
    ["charge.succeeded", { id: charge, amount: 999, amount_refunded: 0, captured: true }],
    ["payment_intent.succeeded", { id: intent.id, status: "succeeded", latest_charge: charge }],
    ["refund.created", { charge, amount: 300 }],
    ["charge.refunded", { id: charge, amount_refunded: 300, refunded: false }],
    ["refund.created", { charge, amount: 699 }],
    ["charge.refunded", { id: charge, amount_refunded: 999, refunded: true }],
  ]);
  expect(heard[0]?.event).toMatchObject({
    object: "event",
    livemode: false,
    request: { idempotency_key: "told" },
  });
});

test("refunds at once: each event has the total that its own refund made", async () => {
  const charge = String((await pay("at-once")).latest_charge);
  await Promise.all(
    [100, 200, 300].map((amount) => bank.stripe.refunds.create({ charge, amount })),
  );
  await hears(8);
  const totals = heard.flatMap(({ event }) =>
    event.type === "charge.refunded"
      ? [[event.data.object.amount_refunded, event.data.previous_attributes?.amount_refunded]]
      : [],
  );
  const ordered = totals.sort(([a = 0], [b = 0]) => a - b);
  expect(ordered.map(([after]) => after).at(-1)).toBe(600);
  expect(ordered.map(([, before]) => before)).toEqual([0, ordered[0]?.[0], ordered[1]?.[0]]);
});

test("what is not taken is sent again, later each time, until it is, in the same bytes", async () => {
  answers.push(500, 503, 404, 400);
  await pay("again");
  await hears(6);
  await expect
    .poll(async () => {
      const rows = await bank.sql`select ended, attempts from bank.deliveries
         where event in ${bank.sql(heard.map(({ event }) => event.id))} order by attempts desc`;
      return rows.map(({ ended }) => ended);
    })
    .toEqual(["delivered", "delivered"]);
  expect(new Set(heard.map(({ event }) => event.id)).size).toBe(2);
  expect(new Set(heard.map(({ body }) => body)).size).toBe(2);
});

test("a request that is repeated under its key tells nothing twice", async () => {
  await pay("once");
  await pay("once");
  await pay("another");
  await hears(4);
  expect(new Set(heard.map(({ event }) => event.id)).size).toBe(4);
});

test.each([
  ["webhook-twice", 4],
  ["webhook-twice,webhook-late=300", 4],
  ["webhook-late=300", 2],
] as const)("%s: %i arrivals of two events", async (fault, arrivals) => {
  const startedAt = performance.now();
  await pay(`fault-${fault}`, fault);
  await hears(arrivals);
  expect(new Set(heard.map(({ event }) => event.id)).size).toBe(2);
  if (fault.includes("late")) expect((heard.at(-1)?.at ?? 0) - startedAt).toBeGreaterThan(300);
});

test("webhook-reordered: the last is told first; webhook-lost: nobody is told", async () => {
  await pay("lost", "webhook-lost");
  await pay("reordered", "webhook-reordered");
  await expect
    .poll(types, { timeout: 15_000 })
    .toEqual(["payment_intent.succeeded", "charge.succeeded"]);
  const lost = await bank.sql`select ended from bank.deliveries where ended = 'lost'`;
  expect(lost).toHaveLength(2);
});

test("two banks on one database share the work: each event is sent once", async () => {
  const second = await bank.another({ webhook: { url, secrets: SECRETS } });
  await Promise.all(Array.from({ length: 12 }, (_, at) => pay(`shared-${at}`)));
  await hears(24);
  // Once each delivery has ended nobody has a reason to send any of them again.
  const open = () => bank.sql`select 1 from bank.deliveries where ended is null`;
  await expect.poll(async () => (await open()).length, { timeout: 15_000 }).toBe(0);
  expect(new Set(heard.map(({ event }) => event.id)).size).toBe(24);
  expect(heard).toHaveLength(24);
  await second.close();
});

test("a receiver that hangs at everything about one payment holds up no other, however much is to be told of the one", async () => {
  const hung = await pay("hung");
  await hears(2);
  hangsAt = hung.id;
  await bank.sql`
    insert into bank.deliveries (event, subject, due_at)
    select e.event, ${hung.id}, clock_timestamp() from bank.deliveries e, generate_series(1, 40) where e.subject = ${hung.id}`;
  await expect.poll(() => heard.length).toBeGreaterThan(2);
  const paidAt = performance.now();
  const { id } = await pay("beside");
  const beside = () => heard.filter(({ body }) => body.includes(id));
  await expect.poll(() => beside().length, { timeout: 20_000 }).toBe(2);
  expect((beside().at(-1)?.at ?? 0) - paidAt).toBeLessThan(2_000);
  await bank.sql`update bank.deliveries set ended = 'given up' where subject = ${hung.id} and ended is null`;
});
