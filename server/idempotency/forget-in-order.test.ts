import { expect, test } from "vitest";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { forget } from "./reap.ts";

const PATIENT = {
  lockMs: 1_000,
  statementMs: 60_000,
  socketMs: 90_000,
  idleInTransactionMs: 5_000,
};
const db = packageUnderTest(PATIENT);
const LATELY = 100_000;

/** Tombstones of version 7 keys, as an operation with a window of a year leaves them. */
async function buries(count: number, born: string, buried: string): Promise<void> {
  await db.owner.unsafe(`
    set session_replication_role = replica;
    insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, updated_at)
    select 'account-' || (n % 5000),
           (lpad(to_hex((extract(epoch from clock_timestamp() - interval '${born}') * 1000)::bigint + n), 12, '0') || '7'
             || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
           'yearly', 'v1:' || md5(n::text), '', false, 'expired', 1, now(), clock_timestamp() - interval '${buried}'
      from generate_series(1, ${count}) n;
    reset session_replication_role`);
}

/** The statement in idempotency_forget, with its variables filled in. */
async function explained(): Promise<string> {
  const [body] = await db.owner`
    select substring(prosrc from 'select o\\.account.*skip locked') as query from pg_proc where proname = 'idempotency_forget'`;
  const query = String(body?.["query"])
    .replaceAll("since_before", "now() - interval '400 days'")
    .replaceAll("at_most", "500");
  const rows = await db.owner.unsafe(`explain (costs off) ${query}`);
  return rows.map((row) => String(row["QUERY PLAN"])).join("\n");
}

test("of 10^5 tombstones that are old by birth and were buried lately none is read to forget those that are due", async () => {
  const owner = db.owner;
  await buries(LATELY, "500 days", "100 days");
  await buries(10, "450 days", "447 days");
  await owner`vacuum analyze idempotency_keys`;

  const plan = await explained();
  expect(plan).toMatch(/Index (Only )?Scan using idempotency_forgettable /);
  expect(plan).toContain("Index Cond");
  expect(plan).not.toContain("Sort");

  const entries = async () => {
    await db.pool.sql`select pg_stat_force_next_flush()`;
    const [row] = await owner`
      select sum(idx_tup_read)::integer as n from pg_stat_user_indexes where indexrelname = 'idempotency_forgettable'`;
    return Number(row?.["n"]);
  };
  const before = await entries();
  expect(await forget(db.pool.db)).toBe(10);
  expect(await forget(db.pool.db)).toBe(0);
  expect((await entries()) - before).toBeLessThan(50);
});
