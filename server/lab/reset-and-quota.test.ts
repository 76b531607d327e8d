import { expect, test } from "vitest";
import { booksOf } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { LAB_REQUESTS_MAX } from "./record-request.ts";

const stack = stackUnderTest();

async function laneTables(): Promise<string[]> {
  const rows = await stack.sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'lane' and table_name like 'lab\_%' order by 1`;
  return rows.map(({ name }) => name);
}

/** Everything that is written down about an account, but for what belongs to the lab. */
async function shopsOwn(account: string): Promise<string> {
  const [row] = await stack.sql`select jsonb_build_array(
    (select jsonb_agg(to_jsonb(o) order by order_id) from orders o where account = ${account}),
    (select jsonb_agg(to_jsonb(k) order by key) from idempotency_keys k where account = ${account}),
    (select jsonb_agg(to_jsonb(c) order by charge_id) from charges c where account = ${account}),
    (select jsonb_agg(to_jsonb(e) order by entry_id) from ledger_entries e where account = ${account}),
    (select jsonb_agg(to_jsonb(t) order by id) from timeline_events t where account = ${account} and lane = 'idempotent'))::text as all`;
  return String(row?.["all"]);
}

async function lab(account: string): Promise<number> {
  const counts = await Promise.all(
    [...(await laneTables()), "timeline_events"].map(async (table) => {
      const where = table === "timeline_events" ? "and lane <> 'idempotent'" : "";
      const [row] = await stack.sql.unsafe(
        `select count(*)::integer as n from ${table} where account = $1 ${where}`,
        [account],
      );
      return Number(row?.["n"]);
    }),
  );
  return counts.reduce((sum, n) => sum + n, 0);
}

async function inLane(buyer: Buyer, { idempotencyKey, ...wanted }: Payment, lane: string) {
  const key = lane === "naive" ? {} : { idempotencyKey };
  return await buyer.mutate("lab.pay", { lane, runKey: idempotencyKey, ...wanted, ...key });
}

test("a reset forgets this account's experiments and nothing else: not the ledger, not another account's", async () => {
  const [buyer, other] = [await Buyer.arrives(stack.services), await Buyer.arrives(stack.services)];
  for (const one of [buyer, other]) {
    const payment = await one.saves();
    await one.mutate("lab.hold", {
      runKey: payment.idempotencyKey,
      lane: "no-fence",
      points: ["after-commit"],
    });
    expect((await inLane(one, payment, "naive")).status).toBe(200);
    const held = inLane(one, payment, "no-fence");
    await expect.poll(() => gates(one, payment), { timeout: 20_000 }).toBe(1);
    await one.mutate("lab.hold", { runKey: payment.idempotencyKey, lane: "no-fence", points: [] });
    expect((await held).status).toBe(200);
    expect((await one.pays(payment)).status).toBe(200);
  }
  const before = [await shopsOwn(buyer.account), await shopsOwn(other.account)];
  const ofOther = await lab(other.account);
  expect(await lab(buyer.account)).toBeGreaterThan(8);

  expect((await buyer.mutate("lab.reset", undefined)).status).toBe(200);

  expect(await lab(buyer.account)).toBe(0);
  expect(await lab(other.account)).toBe(ofOther);
  expect([await shopsOwn(buyer.account), await shopsOwn(other.account)]).toEqual(before);
});

async function gates(buyer: Buyer, { idempotencyKey }: Payment): Promise<number> {
  const { result } = await buyer.query("lab.gates", { runKey: idempotencyKey });
  return (result as unknown[]).length;
}

test("an account whose lab is full is told to reset it, without a charge; another account and its own shop do not notice", async () => {
  const [buyer, other] = [await Buyer.arrives(stack.services), await Buyer.arrives(stack.services)];
  const payment = await buyer.saves();
  await stack.sql`
    insert into lab_requests (account, lane, order_id, run_key, request_id, arrival, amount, payment_method)
    select ${buyer.account}, 'naive', ${payment.orderId}, ${payment.idempotencyKey}, gen_random_uuid(), 1, 1, 'pm_card_visa'
      from generate_series(1, ${LAB_REQUESTS_MAX})`;

  const refused = await inLane(buyer, payment, "naive");
  expect(refused.status).toBe(429);
  expect(refused.message).toContain("This one did nothing");
  expect((await booksOf(stack.sql, payment.orderId)).captures).toBe(0);

  expect((await inLane(other, await other.saves(), "naive")).status).toBe(200);
  expect((await buyer.pays(payment)).status).toBe(200);
  await buyer.mutate("lab.reset", undefined);
  expect((await inLane(buyer, await buyer.saves(), "naive")).status).toBe(200);
});
