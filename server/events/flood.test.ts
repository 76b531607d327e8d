import { createHash } from "node:crypto";
import { v4 as uuidv4, v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { delivers, paidUnheard, type ToldEvent } from "../test-kit/bank-events.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({
  instances: 2,
  leaves: "charges that the bank never made: its words are copies here",
});

const ORDERS = 350;
const EVENTS_OF_ONE = 20;
const DUPLICATES = 3_000;
const SENDERS = 8;

const sha256 = (text: string, as: "hex" | "base64url") =>
  createHash("sha256").update(text).digest(as);

/** One intent in doubt, and everything that the bank has to tell of it, as copies of a real one under other ids. */
interface Copy {
  orderId: string;
  key: string;
  reference: string;
  input: string;
  events: ToldEvent[];
}

/** The real one: paid through the door, its attempt dead. The copies are made of its rows and of the bank's own words. */
async function copies(): Promise<{ account: string; of: Copy[]; original: { key: string } }> {
  const { buyer, payment, charged, whole } = await paidUnheard(stack);
  const { account } = buyer;
  const [row] = await stack.sql`
    select k.input, k.fingerprint, s.provider_key from idempotency_keys k join idempotency_steps s using (account, key)
     where k.key = ${payment.idempotencyKey}`;
  const referenceOf = (key: string) =>
    sha256(JSON.stringify([stack.services.namespace, account, key, "charge"]), "base64url");
  // The copies are good only if the original is what we take it for.
  expect(row?.["fingerprint"]).toBe(`v1:${sha256(String(row?.["input"]), "hex")}`);
  expect(row?.["provider_key"]).toBe(referenceOf(payment.idempotencyKey));

  const chargeId = String(JSON.parse(charged.body).data.object.id);
  const of = Array.from({ length: ORDERS }, (_, at): Copy => {
    const [orderId, key] = [uuidv7(), uuidv7()];
    const reference = referenceOf(key);
    const charge = `ch_copy${at}`;
    const rename = ({ body }: ToldEvent, id: string, type: string) => ({
      id,
      type,
      body: JSON.stringify({ ...JSON.parse(body), id, type })
        .replaceAll(payment.orderId, orderId)
        .replaceAll(referenceOf(payment.idempotencyKey), reference)
        .replaceAll(chargeId, charge),
    });
    const refund = (part: number, amount: number): ToldEvent => {
      const id = `evt_${at}_refund_${part}`;
      const object = {
        id: `re_${at}_${part}`,
        object: "refund",
        amount,
        charge,
        currency: "eur",
        metadata: {},
        status: "succeeded",
      };
      const event = { ...JSON.parse(charged.body), id, type: "refund.created", data: { object } };
      return { id, type: "refund.created", body: JSON.stringify(event) };
    };
    const updates = Array.from({ length: EVENTS_OF_ONE - 4 }, (_, n) =>
      rename(charged, `evt_${at}_updated_${n}`, "charge.updated"),
    );
    return {
      orderId,
      key,
      reference,
      input: String(row?.["input"]).replace(payment.orderId, orderId),
      events: [
        rename(charged, `evt_${at}_charged`, "charge.succeeded"),
        rename(whole, `evt_${at}_whole`, "payment_intent.succeeded"),
        refund(1, 500),
        refund(2, 1_498),
        ...updates,
      ],
    };
  });
  return { account, of, original: { key: payment.idempotencyKey } };
}

async function writeIntents(account: string, of: Copy[], original: { key: string }): Promise<void> {
  const rows = JSON.stringify(
    of.map(({ orderId, key, reference, input }) => ({
      orderId,
      key,
      reference,
      input,
      fingerprint: `v1:${sha256(input, "hex")}`,
    })),
  );
  await stack.sql`
    insert into orders (account, order_id, items)
    select ${account}, (r ->> 'orderId')::uuid, '[{"sku":"tea","quantity":2}]' from jsonb_array_elements(${rows}::text::jsonb) r`;
  await stack.sql`
    insert into idempotency_keys (account, key, procedure, fingerprint, input, order_id, holds, state, fence, lease_until)
    select ${account}, (r ->> 'key')::uuid, 'checkout.pay', r ->> 'fingerprint', r ->> 'input', r ->> 'orderId', true, 'unknown', 1, clock_timestamp()
      from jsonb_array_elements(${rows}::text::jsonb) r`;
  await stack.sql`
    insert into idempotency_steps (account, key, step, request, provider_key, open_sends, last_sent, place)
    select ${account}, (r ->> 'key')::uuid, 'charge', jsonb_set(s.request::jsonb, '{orderId}', r -> 'orderId')::text, r ->> 'reference', '{1}', 1, 1
      from jsonb_array_elements(${rows}::text::jsonb) r, idempotency_steps s where s.key = ${original.key}`;
}

function shuffled<T>(of: T[]): T[] {
  return of
    .map((item) => ({ item, place: sha256(uuidv4(), "hex") }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ item }) => item);
}

test("a flood of 10,000 events in no order, 3 in 10 of them repeats, from 8 senders at once: none is lost, none has its effect twice", async () => {
  const { account, of, original } = await copies();
  await writeIntents(account, of, original);
  const distinct = of.flatMap(({ events }) => events);
  const queue = shuffled([...distinct, ...shuffled(distinct).slice(0, DUPLICATES)]);
  expect(queue).toHaveLength(10_000);
  const statuses = new Map<number, number>();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      for (;;) {
        const event = queue.shift();
        const services = stack.instances[sender % stack.instances.length];
        if (event === undefined || services === undefined) return;
        const { status } = await delivers(services, event);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // At least once: what is not taken comes again.
        if (status !== 200) queue.push(event);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const again = [...statuses].map(([status, times]) => `${times} × ${status}`).join(", ");
  console.log(
    `10,000 events in ${seconds.toFixed(1)} s: ${Math.round(10_000 / seconds)}/s (${again})`,
  );

  const orders = of.map(({ orderId }) => orderId);
  const [books] = await stack.sql`
    select (select count(*)::integer from webhook_inbox where account = ${account} and order_id in ${stack.sql(orders)}) as inbox,
           (select count(*)::integer from orders where account = ${account} and status = 'refunded') as refunded_orders,
           (select count(*)::integer from charges where account = ${account}) as charges,
           (select count(*)::integer from receipts where account = ${account}) as receipts,
           (select count(*)::integer from refunds where account = ${account}) as refunds,
           (select sum(amount)::integer from refunds where account = ${account}) as given_back,
           (select count(*)::integer from postings where account = ${account}) as postings,
           (select sum(case direction when 'debit' then amount else -amount end)::integer from ledger_entries where account = ${account}) as balance`;
  expect({ ...books }).toEqual({
    inbox: distinct.length,
    refunded_orders: ORDERS,
    charges: ORDERS,
    receipts: ORDERS,
    refunds: 2 * ORDERS,
    given_back: 1_998 * ORDERS,
    postings: 3 * ORDERS,
    balance: 0,
  });
}, 420_000);
