import { mkdtempSync, rmSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../client.ts";
import { startEmbedded } from "../../embedded.ts";
import { errorCode } from "../../error-code.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { gate } from "./gate.ts";
import { testTimings } from "./pool-under-test.ts";
import { openTcpProxy } from "./tcp-proxy.ts";

const max = 5;
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

const times = Array.from({ length: max });
const select1 = ({ sql }: OpenDatabase) => sql`select 1`;

/** The backends that `max` statements at once meet: as many, unless a connection has been lost for good. */
async function backends({ sql }: OpenDatabase): Promise<number> {
  const rows = await Promise.all(
    times.map(() => sql<{ pid: number }[]>`select pg_backend_pid() as pid, pg_sleep(0.02)`),
  );
  return new Set(rows.map(([row]) => row?.pid)).size;
}

/** How long it takes until `max` statements at once pass, tried again and again. */
async function healingMs(pool: OpenDatabase): Promise<number> {
  const start = performance.now();
  for (;;) {
    const ends = await Promise.allSettled(times.map(() => select1(pool)));
    if (ends.every(({ status }) => status === "fulfilled")) return performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("after the death of every backend, idle, busy and in a transaction, the next max statements pass", async () => {
  const applicationName = "heals";
  const pool = openDatabase({ url: database.adminUrl, max, applicationName, timings: testTimings });
  for (let round = 0; round < 10; round++) {
    expect(await backends(pool)).toBe(max);
    const began = gate();
    const inTransaction = pool.sql.begin(async (tx) => {
      await tx`select 1`;
      began.open();
      await new Promise(() => {});
    });
    const busy = pool.sql`select pg_sleep(0.25)`;
    const ends = Promise.allSettled([inTransaction, busy]);
    await began.opened;
    expect(await admin.killAll(applicationName)).toBe(max);
    const [first, second] = await ends;
    expect([first.status, second.status]).toEqual(["rejected", "rejected"]);
    expect(await healingMs(pool)).toBeLessThan(1_000);
  }
  expect(await admin.idleInTransaction(applicationName)).toBe(0);
  await pool.close();
});

test("while nobody listens a statement is refused at once with ECONNREFUSED, and the pool is back with the listener", async () => {
  const proxy = await openTcpProxy(database.adminUrl);
  const pool = openDatabase({
    url: proxy.url,
    max,
    applicationName: "refused",
    timings: testTimings,
  });
  expect(await backends(pool)).toBe(max);
  await proxy.refuse();
  // Some of their connections were open a moment ago: no more than one statement for each learns it that way.
  await Promise.allSettled(times.map(() => select1(pool)));
  for (let attempt = 0; attempt < 20; attempt++) {
    const start = performance.now();
    const refused = await select1(pool).catch((err: unknown) => err);
    expect(errorCode(refused)).toBe("ECONNREFUSED");
    expect(performance.now() - start).toBeLessThan(1_000);
  }
  await proxy.listen();
  expect(await healingMs(pool)).toBeLessThan(1_000);
  expect(await backends(pool)).toBe(max);
  await pool.close();
  await proxy.close();
});

test("after kill -9 of the postmaster and its restart the pool heals within a second", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "payonce-heals-"));
  chmodSync(dataDir, 0o755);
  const first = await startEmbedded({ dataDir });
  const pool = openDatabase({
    url: first.adminUrl,
    max,
    applicationName: "restart",
    timings: testTimings,
  });
  expect(await backends(pool)).toBe(max);
  const busy = Promise.allSettled(Array.from({ length: 20 }, () => pool.sql`select pg_sleep(0.2)`));
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  const second = await startEmbedded({ dataDir, port: first.port });
  try {
    expect(second.port).toBe(first.port);
    expect(await healingMs(pool)).toBeLessThan(1_000);
    expect(await backends(pool)).toBe(max);
    expect((await busy).map(({ status }) => status)).toContain("rejected");
  } finally {
    await pool.close();
    await second.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
