import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sql as text } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../client.ts";
import { errorCode } from "../../error-code.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { gate } from "./gate.ts";
import { testTimings } from "./pool-under-test.ts";
import { openTcpProxy } from "./tcp-proxy.ts";

let database: TestDatabase;
let admin: Admin;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = openAdmin(database.adminUrl);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function withPool<T>(
  options: {
    max: number;
    applicationName: string;
    url?: string;
    queueMax?: number;
    queueMs?: number;
  },
  run: (pool: OpenDatabase) => Promise<T>,
): Promise<T> {
  const pool = openDatabase({ url: database.adminUrl, timings: testTimings, ...options });
  try {
    return await run(pool);
  } finally {
    await pool.close();
  }
}

describe.each([99, 100, 101])("with %i statements queued before a transaction", (queued) => {
  test("it is a transaction all the same, and none stays open", async () => {
    const applicationName = `queued-${queued}`;
    await withPool({ max: 1, applicationName }, async ({ sql }) => {
      const before = Array.from({ length: queued }, () => sql`select 1`.execute());
      const transaction = sql.begin(async (tx) => {
        const first = await tx`select pg_current_xact_id() as id`;
        const second = await tx`select pg_current_xact_id() as id`;
        return [first[0]?.["id"], second[0]?.["id"]];
      });
      const after = sql`select pg_current_xact_id() as id`.execute();
      await Promise.all(before);
      const [first, second] = await transaction;
      expect(second).toBe(first);
      expect((await after)[0]?.["id"]).not.toBe(first);
      expect(await admin.idleInTransaction(applicationName)).toBe(0);
    });
  });
});

test("known bad: the driver alone leaves the transaction behind 100 statements open for ever", async () => {
  // A process of its own: the driver throws an error here that nothing can catch.
  const program = `
    import postgres from "postgres";
    process.on("unhandledRejection", () => {});
    const connection = { application_name: "unlimited" };
    const sql = postgres(process.argv[1], { max: 1, fetch_types: false, connection });
    await sql\`select 1\`;
    const before = Array.from({ length: 100 }, () => sql\`select 1\`.execute());
    sql.begin((tx) => tx\`select 1\`).catch(() => {});
    await Promise.all(before);
    const admin = postgres(process.argv[1], { max: 1, fetch_types: false });
    for (let trip = 0; trip < 20; trip++) await admin\`select 1\`;
    const idle = await admin\`select pid from pg_stat_activity
      where application_name = 'unlimited' and state = 'idle in transaction'\`;
    process.stdout.write(String(idle.length), () => process.exit(0));`;
  const args = ["--input-type=module", "--eval", program, database.adminUrl];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe("1");
});

test("never more than max requests are out, whatever is asked for at once", async () => {
  const proxy = await openTcpProxy(database.adminUrl);
  const max = 3;
  await withPool({ max, applicationName: "limited", url: proxy.url }, async ({ sql }) => {
    const asked = Array.from({ length: 150 }, (_, at) =>
      at % 3 === 0
        ? sql.begin((tx) => tx`select ${at}::int from pg_sleep(0.002)`)
        : sql`select ${at}::int from pg_sleep(0.002)`,
    );
    expect(await Promise.all(asked)).toHaveLength(150);
    expect(proxy.outMax).toBeGreaterThan(1);
    expect(proxy.outMax).toBeLessThanOrEqual(max);
  });
  await proxy.close();
});

test("whoever waits longer than queueMs is told POOL_BUSY then, although nothing has become free", async () => {
  await withPool({ max: 1, applicationName: "waits", queueMs: 100 }, async ({ db, sql }) => {
    const done = gate();
    const holder = sql.begin(() => done.opened);
    const start = performance.now();
    const waited = [sql`select 1`, sql.begin(async () => {}), db.execute(text`select 1`)];
    for (const outcome of await Promise.allSettled(waited)) {
      expect(errorCode(outcome.status === "rejected" && outcome.reason)).toBe("POOL_BUSY");
    }
    expect(performance.now() - start).toBeGreaterThan(95);
    expect(performance.now() - start).toBeLessThan(900);
    done.open();
    await holder;
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});

test("when queueMax wait already the next one is told POOL_BUSY at once", async () => {
  await withPool({ max: 1, applicationName: "full", queueMax: 2 }, async ({ sql }) => {
    const done = gate();
    const holder = sql.begin(() => done.opened);
    const waiting = [sql`select 1`.execute(), sql`select 1`.execute()];
    const refused = await sql`select 1`.catch((err: unknown) => err);
    expect(errorCode(refused)).toBe("POOL_BUSY");
    done.open();
    await holder;
    expect(await Promise.all(waiting)).toHaveLength(2);
  });
});

test("the pool is refused at once to whoever holds a transaction of it, and the transaction goes on", async () => {
  await withPool({ max: 5, applicationName: "nested" }, async ({ db, sql }) => {
    const refusals = await db.transaction(async (tx) => {
      const asked = [
        sql`select 1`,
        db.execute(text`select 1`),
        db.transaction(async () => {}),
        sql.begin(async () => {}),
        Promise.resolve().then(() => db.execute(text`select 1`)),
      ];
      const outcomes = await Promise.allSettled(asked);
      await tx.execute(text`select 1`);
      return outcomes.map((at) => (at.status === "rejected" ? errorCode(at.reason) : at.status));
    });
    expect(refusals).toEqual(Array.from({ length: 5 }, () => "POOL_INSIDE_TRANSACTION"));
  });
});

test("what a transaction leaves behind may use the pool once it has ended", async () => {
  await withPool({ max: 1, applicationName: "afterwards" }, async ({ sql }) => {
    const over = gate();
    let later: PromiseLike<unknown> = Promise.resolve();
    await sql.begin(async (tx) => {
      await tx`select 1`;
      later = over.opened.then(() => sql`select 1 as one`);
    });
    over.open();
    expect(await later).toEqual([{ one: 1 }]);
  });
});

test("a parametrised fragment made of the pool inside a transaction is no use of the pool", async () => {
  await withPool({ max: 1, applicationName: "fragment" }, async ({ sql }) => {
    const rows = await sql.begin((tx) => tx`select ${sql`${1}::int + ${2}::int`} as sum`);
    expect(rows).toEqual([{ sum: 3 }]);
  });
});

test("a cancelled statement gives its slot back", async () => {
  await withPool({ max: 1, applicationName: "cancel" }, async ({ sql }) => {
    const sleeping = sql`select pg_sleep(0.25)`.execute();
    const waiting = sql`select 1`.execute();
    waiting.cancel();
    expect(errorCode(await waiting.catch((err: unknown) => err))).toBe("57014");
    await sleeping;
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});
