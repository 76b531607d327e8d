import { sql } from "drizzle-orm";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { lacking } from "../../db/session-needs.ts";
import { postgresChecks } from "../../scripts/doctor/postgres-checks.ts";
import { readSettings } from "../../scripts/supervisor/settings.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundBooksOf, refundOf, refunds } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { checkReadiness } from "./check-readiness.ts";

const stack = stackUnderTest({
  instances: 2,
  timings: "production",
  leaves: "a refund that the bank must not make",
});

/** What a team's own administrator may have set long ago; every session is new after it. */
async function hasDefault(setting: string): Promise<void> {
  const [here] = await stack.sql`select current_database() as name`;
  await stack.sql.unsafe(`alter role payonce_app in database ${here?.["name"]} ${setting}`);
  await stack.sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where usename = 'payonce_app' and datname = current_database()`;
}
afterEach(() => hasDefault("reset all"));

async function readiness(services = stack.services) {
  return (await checkReadiness(services)).find(({ name }) => name === "session");
}

/** As behind a pooler: what a session starts with is the role's to say. */
function unpinned() {
  const pool = openDatabase({
    url: stack.database.appUrl,
    max: 4,
    timings: stack.services.timings,
    applicationName: "unpinned",
    prepare: false,
  });
  onTestFinished(() => pool.close());
  return { ...stack.services, pool, db: pool.db };
}

async function doctorSays() {
  const settings = { ...readSettings(".", false), databaseUrl: stack.database.adminUrl };
  const findings = await Promise.all(postgresChecks.map((check) => check(settings)));
  return findings.flat().find(({ name }) => name === "session");
}

test("whatever a role has for its defaults, our sessions are READ COMMITTED and durable, and speak of time in one way", async () => {
  await hasDefault("set default_transaction_isolation = 'serializable'");
  await hasDefault("set synchronous_commit = off");
  await hasDefault("set timezone = 'Asia/Kolkata'");
  await hasDefault("set datestyle = 'German'");
  const [found] = await stack.services.pool.db.execute(sql`
    select current_setting('transaction_isolation') as isolation, current_setting('synchronous_commit') as durable,
           '2026-11-28 12:00:00+02'::timestamptz::text as noon`);
  expect(found).toEqual({
    isolation: "read committed",
    durable: "on",
    noon: "2026-11-28 10:00:00+00",
  });
  expect(await readiness()).toEqual({ name: "session", ok: true });
});

test.each([
  ["one is asked of the bank", () => stack.instances, 1],
  [
    "known bad: of sessions that start as the role says, both are",
    () => [unpinned(), unpinned()],
    2,
  ],
] as const)(
  "under a role of REPEATABLE READ, of two refunds that wait for each other, %s",
  async (_what, instances, asked) => {
    await hasDefault("set default_transaction_isolation = 'repeatable read'");
    const buyer = await Buyer.arrives(stack.services);
    const { chargeId, orderId } = await buysTea(buyer);
    const waiting = async (sql: typeof stack.sql) => {
      const rows =
        await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return rows.length;
    };
    let calls: Promise<unknown>[] = [];
    await stack.sql.begin(async (tx) => {
      await tx`select 1 from charges where charge_id = ${chargeId} for update`;
      calls = instances().map((to) => refunds(buyer, refundOf(chargeId, 1_500), { to }));
      await expect.poll(() => waiting(stack.sql), { interval: 10, timeout: 8_000 }).toBe(2);
    });
    await Promise.all(calls);
    const admitted = await stack.sql`
    select 1 from idempotency_steps where step = 'refund' and request::jsonb ->> 'chargeId' = ${chargeId}`;
    expect(admitted).toHaveLength(asked);
    // The bank's own limit is what is left then.
    expect(await refundBooksOf(stack.sql, orderId)).toMatchObject({ returned: 1_500 });
  },
);

test.each([
  ["default_transaction_isolation = 'repeatable read'", "transaction_isolation is repeatable read"],
  ["synchronous_commit = off", "synchronous_commit is off"],
])(
  "where a session is the pooler's and %s, readiness says so, and what to do",
  async (of, says) => {
    await hasDefault(`set ${of}`);
    expect(await readiness(unpinned())).toEqual({
      name: "session",
      ok: false,
      advice: expect.stringContaining(`${says}: alter role payonce_app set `),
    });
  },
);

test("where nothing can be written, readiness says so, and the doctor too", async () => {
  expect(await doctorSays()).toMatchObject({ state: "ok" });
  await hasDefault("set default_transaction_read_only = on");
  const told = expect.stringContaining("transaction_read_only is on: ");
  expect(await readiness()).toEqual({ name: "session", ok: false, advice: told });
  expect(await doctorSays()).toMatchObject({ state: "red", found: told });
});

test("a standby is told from a primary", () => {
  const found = {
    transaction_isolation: "read committed",
    synchronous_commit: "on",
    "pg_is_in_recovery()": "true",
    transaction_read_only: "on",
  };
  expect(lacking(JSON.stringify(found))).toEqual([
    expect.stringMatching(/^pg_is_in_recovery\(\) is true: .*this is a standby/),
    expect.stringMatching(/^transaction_read_only is on: /),
  ]);
});
