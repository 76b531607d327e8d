import { expect, test } from "vitest";
import { operations } from "../operations.ts";
import { delivers, paidUnheard } from "../test-kit/bank-events.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { inboxOf } from "../test-kit/inbox.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { completeAbandoned } from "./completer.ts";
import { forgetOld } from "./forget-old.ts";

const stack = stackUnderTest();
const forget = () => forgetOld(stack.services.pool.db);

/** Lines of the timeline and counted arrivals of one key. */
async function told(key: string) {
  const [row] = await stack.sql`
    select (select count(*)::integer from timeline_events where key = ${key}) as lines,
           (select count(*)::integer from timeline_arrivals where key = ${key}) as counters`;
  return { ...row };
}

const linesAge = (key: string, days: number) =>
  stack.sql`update timeline_events set written_at = written_at - ${days}::integer * interval '1 day' where key = ${key}`;
const inboxAges = (orderId: string, days: number) =>
  stack.sql`update webhook_inbox set at = at - ${days}::integer * interval '1 day' where order_id = ${orderId}`;

test("what is told of a payment goes after 30 days, its counter with it; its answer, its key and its books stay", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const [old, young] = [await buyer.saves(), await buyer.saves()];
  const paid = await buyer.pays(old);
  await buyer.pays(young);
  await linesAge(old.idempotencyKey, 31);
  await linesAge(young.idempotencyKey, 29);
  const before = await told(young.idempotencyKey);
  await forget();
  expect(await told(old.idempotencyKey)).toEqual({ lines: 0, counters: 0 });
  expect(await told(young.idempotencyKey)).toEqual(before);
  expect((await buyer.pays(old)).text).toBe(paid.text);
  expect(await booksOf(stack.sql, old.orderId)).toEqual(paidOnce());
});

test("of a payment in doubt every line stays, whatever its age, and so does the counter of one that was asked for again since", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const [doubtful, again] = [await buyer.saves(), await buyer.saves()];
  await buyer.pays(doubtful, { headers: { "x-fault-plan": "provider-timeout@1" } });
  await buyer.pays(again);
  for (const { idempotencyKey } of [doubtful, again]) await linesAge(idempotencyKey, 400);
  const before = await told(doubtful.idempotencyKey);
  await buyer.pays(again);
  await forget();
  expect(await told(doubtful.idempotencyKey)).toEqual(before);
  expect(await told(again.idempotencyKey)).toMatchObject({ counters: 1 });
  const [next] = await stack.sql`
    select arrivals from timeline_arrivals where key = ${again.idempotencyKey}`;
  expect(next?.["arrivals"]).toBe(2);
  await completeAbandoned(stack.services, operations);
});

test("a row of the inbox stays for 90 days; an event that comes after it is gone has no second effect", async () => {
  const { payment, charged, whole } = await paidUnheard(stack);
  expect(await delivers(stack.services, charged)).toMatchObject({ effect: "settled" });
  await inboxAges(payment.orderId, 89);
  await forget();
  expect(await inboxOf(stack.sql, payment.orderId)).toHaveLength(1);
  await inboxAges(payment.orderId, 2);
  await forget();
  expect(await inboxOf(stack.sql, payment.orderId)).toEqual([]);
  for (const event of [charged, whole, charged])
    expect(await delivers(stack.services, event)).toMatchObject({ status: 200 });
  expect((await inboxOf(stack.sql, payment.orderId)).map(({ effect }) => effect)).toEqual([
    "known",
    "known",
  ]);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  const [receipts] = await stack.sql`
    select count(*)::integer as n from receipts where order_id = ${payment.orderId}`;
  expect(receipts?.["n"]).toBe(1);
});

test("the bucket of an account that has been away goes, and whoever comes back has a full one", async () => {
  const [away, here] = [await Buyer.arrives(stack.services), await Buyer.arrives(stack.services)];
  for (const buyer of [away, here]) await buyer.pays(await buyer.saves());
  await stack.sql`update rate_buckets set updated_at = updated_at - interval '2 hours' where bucket = ${away.account}`;
  await forget();
  const rows = await stack.sql`
    select bucket from rate_buckets where bucket in (${away.account}, ${here.account})`;
  expect(rows.map(({ bucket }) => bucket)).toEqual([here.account]);
  expect((await away.pays(await away.saves())).status).toBe(200);
});

test("a round is over when nothing old is left, and the lines that stay do not hide the others", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { account } = buyer;
  const doubtful = await buyer.saves();
  await buyer.pays(doubtful, { headers: { "x-fault-plan": "provider-timeout@1" } });
  await stack.sql`
    insert into timeline_events (account, key, sent_by, point, outcome, text, written_at)
    select ${account}, ${doubtful.idempotencyKey}, 'you', 'arrived', 'none', 'long ago', clock_timestamp() - interval '40 days'
      from generate_series(1, 1_500)`;
  await stack.sql`
    insert into timeline_events (account, key, lane, sent_by, point, outcome, text, written_at)
    select ${account}, gen_random_uuid(), 'naive', 'you', 'arrived', 'none', 'long ago', clock_timestamp() - interval '40 days'
      from generate_series(1, 4_500)`;
  await stack.sql`
    insert into webhook_inbox (account, event_id, type, effect, at)
    select ${account}, 'evt_' || n, 'charge.succeeded', 'none', clock_timestamp() - interval '91 days' from generate_series(1, 4_500) n`;
  await stack.sql`
    insert into rate_buckets select 'b' || n, 1, clock_timestamp() - interval '2 hours' from generate_series(1, 4_500) n`;
  await forget();
  const [left] = await stack.sql`
    select (select count(*) from timeline_events where account = ${account} and text = 'long ago' and lane = 'naive')::integer as lines,
           (select count(*) from timeline_events where account = ${account} and text = 'long ago' and lane <> 'naive')::integer as kept,
           (select count(*) from webhook_inbox where account = ${account})::integer as inbox,
           (select count(*) from rate_buckets where updated_at < clock_timestamp() - interval '1 hour')::integer as buckets`;
  expect(left).toEqual({ lines: 0, kept: 1_500, inbox: 0, buckets: 0 });
  await completeAbandoned(stack.services, operations);
});
