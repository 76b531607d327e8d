import Stripe from "stripe";
import { expect, test } from "vitest";
import { delivers, eventsOf, paidUnheard, type ToldEvent } from "../test-kit/bank-events.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ instances: 2 });

/** Which of the bank's events about one order arrive at all. The order of arrival is what the test is about. */
const SETS: Record<string, (all: Record<string, ToldEvent[]>) => (ToldEvent | undefined)[]> = {
  "the charge, told twice over, and its two refunds": (all) => [
    all["charge.succeeded"]?.[0],
    all["payment_intent.succeeded"]?.[0],
    ...(all["refund.created"] ?? []),
  ],
  "no word of the charge but what its refunds tell": (all) => [
    ...(all["charge.refunded"] ?? []),
    ...(all["refund.created"] ?? []),
  ],
};

function permutations<T>(of: T[]): T[][] {
  if (of.length < 2) return [of];
  return of.flatMap((first, at) =>
    permutations([...of.slice(0, at), ...of.slice(at + 1)]).map((rest) => [first, ...rest]),
  );
}

/** Paid, and given back in two parts by somebody at the bank, before anybody here has heard of any of it. */
async function toldOf() {
  const { payment, charged } = await paidUnheard(stack);
  const bank = new URL(stack.bank.url);
  const stripe = new Stripe("sk_test_payonce", {
    host: bank.hostname,
    port: bank.port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const charge = String(JSON.parse(charged.body).data.object.id);
  await stripe.refunds.create({ charge, amount: 500 });
  await stripe.refunds.create({ charge });
  const all: Record<string, ToldEvent[]> = {};
  for (const event of await eventsOf(stack.sql, payment.orderId))
    (all[event.type] ??= []).push(event);
  return { payment, all };
}

const FORWARD = ["draft", "paid", "refunded"];

async function statusOf(orderId: string): Promise<number> {
  const [row] = await stack.sql`select status from orders where order_id = ${orderId}`;
  return FORWARD.indexOf(String(row?.["status"]));
}

/** Everything that the events are to bring about; ids and times differ between orders, this does not. */
async function stateOf(orderId: string) {
  const [row] = await stack.sql`
    select o.status, k.state as intent, k.answer::jsonb ->> 'status' as answer,
           (select count(*)::integer from receipts r where r.order_id = o.order_id) as receipts,
           (select jsonb_agg(amount) from charges c where c.order_id = o.order_id) as charges,
           (select jsonb_agg(r.amount order by r.amount) from refunds r join charges c using (account, charge_id) where c.order_id = o.order_id) as refunds,
           (select jsonb_agg(array[p.kind, e.ledger_account, e.direction, e.amount::text] order by p.kind, e.amount, e.direction)
              from postings p join ledger_entries e using (account, posting_id) where p.order_id = o.order_id) as entries,
           (select count(*)::integer from webhook_inbox i where i.order_id = o.order_id::text) as inbox
      from orders o join idempotency_keys k on k.account = o.account and k.order_id = o.order_id::text
     where o.order_id = ${orderId}`;
  return { ...row };
}

const afterAll4 = {
  status: "refunded",
  intent: "completed",
  answer: "paid",
  receipts: 1,
  charges: [1_998],
  refunds: [500, 1_498],
  entries: [
    ["charge", "sales", "credit", "1998"],
    ["charge", "bank", "debit", "1998"],
    ["refund", "bank", "credit", "500"],
    ["refund", "sales", "debit", "500"],
    ["refund", "bank", "credit", "1498"],
    ["refund", "sales", "debit", "1498"],
  ],
  inbox: 4,
};

/** As the bank does: what is not taken comes again, after everything else. The order's status must never go back. */
async function deliverAll(orderId: string, events: ToldEvent[]): Promise<void> {
  const queue = [...events];
  let reached = 0;
  for (let sent = 0; queue.length > 0; sent += 1) {
    if (sent > 40) throw new Error(`Not taken: ${queue.map(({ type }) => type).join(", ")}`);
    const event = queue.shift();
    const services = stack.instances[sent % stack.instances.length];
    if (event === undefined || services === undefined) return;
    const { status } = await delivers(services, event);
    if (status === 503) queue.push(event);
    else expect(status).toBe(200);
    const now = await statusOf(orderId);
    expect(now).toBeGreaterThanOrEqual(reached);
    reached = now;
  }
}

test.each(Object.keys(SETS))(
  "%s: all 24 orders of arrival end in one state, and the order only goes forward",
  async (name) => {
    for (const order of permutations([0, 1, 2, 3])) {
      const { payment, all } = await toldOf();
      const four = SETS[name]?.(all) ?? [];
      const events = order.map((at) => four[at]).filter((event) => event !== undefined);
      expect(events).toHaveLength(4);
      await deliverAll(payment.orderId, events);
      expect(await stateOf(payment.orderId), order.join()).toEqual(afterAll4);
      // And once more, backwards: nothing moves.
      await deliverAll(payment.orderId, events.reverse());
      expect(await stateOf(payment.orderId), order.join()).toEqual(afterAll4);
    }
  },
  180_000,
);
