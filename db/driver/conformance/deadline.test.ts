import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../client.ts";
import { errorCode } from "../../error-code.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { testTimings } from "./pool-under-test.ts";
import { openTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const socketMs = 400;
let database: TestDatabase;
let proxy: TcpProxy;
let pool: OpenDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  proxy = await openTcpProxy(database.adminUrl);
  const timings = { ...testTimings, statementMs: 2_000, socketMs };
  pool = openDatabase({ url: proxy.url, max: 1, applicationName: "deadline", timings });
  await pool.sql`select 1`;
});
afterEach(async () => {
  await pool.close();
  await proxy.close();
});

/** Runs it and expects it to be rejected for lateness, at the deadline and not before. */
async function expectDeadline(
  run: () => PromiseLike<unknown>,
  code: "ETIMEDOUT" | "CONNECTION_CLOSED" = "ETIMEDOUT",
): Promise<void> {
  const start = performance.now();
  let failure: unknown;
  try {
    await run();
  } catch (err) {
    failure = err;
  }
  const tookMs = performance.now() - start;
  expect(errorCode(failure)).toBe(code);
  expect(tookMs).toBeGreaterThan(socketMs - 20);
  expect(tookMs).toBeLessThan(socketMs + 1_000);
}

test("a statement whose answer never comes is rejected at the deadline", async () => {
  proxy.swallowAnswers();
  await expectDeadline(() => pool.sql`select ${1}::int`);
});

test("a transaction whose answer never comes is rejected at the deadline", async () => {
  // `begin` always reports the loss of its connection in these words.
  await expectDeadline(
    () =>
      pool.sql.begin(async (tx) => {
        await tx`select 1`;
        proxy.swallowAnswers();
        await tx`select 2`;
      }),
    "CONNECTION_CLOSED",
  );
});

test("a COMMIT whose answer never comes is rejected at the deadline", async () => {
  // `begin` always reports the loss of its connection in these words.
  await expectDeadline(
    () =>
      pool.sql.begin(async (tx) => {
        await tx`select 1`;
        proxy.swallowAnswers();
      }),
    "CONNECTION_CLOSED",
  );
});

test("an answer that drips in byte by byte is late too", async () => {
  proxy.dripAnswers(50);
  await expectDeadline(() => pool.sql`select 'a long enough answer'`);
});

test("with several statements out each has its own deadline, from the answer before it", async () => {
  const start = performance.now();
  const slept = await pool.sql.begin((tx) => [
    tx`select pg_sleep(0.3)`,
    tx`select pg_sleep(0.3)`,
    tx`select pg_sleep(0.3)`,
  ]);
  expect(slept).toHaveLength(3);
  expect(performance.now() - start).toBeGreaterThan(socketMs * 2);
});

test("a peer that accepts and never says a word is given up after two seconds, and again the next time", async () => {
  proxy.swallowAnswers();
  const other = openDatabase({
    url: proxy.url,
    max: 1,
    applicationName: "mute",
    timings: testTimings,
  });
  for (let attempt = 0; attempt < 2; attempt++) {
    const start = performance.now();
    const outcome = await other.sql`select 1`.catch((err: unknown) => err);
    expect(errorCode(outcome)).toBe("CONNECT_TIMEOUT");
    expect(performance.now() - start).toBeLessThan(3_500);
  }
  await other.close();
});

test("an idle connection outlives the deadline", async () => {
  const pid = () => pool.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const [before] = await pid();
  await new Promise((resolve) => setTimeout(resolve, socketMs * 2));
  expect(await pid()).toEqual([before]);
});

test("a process that was itself asleep past the deadline does not blame the database", async () => {
  const answer = pool.sql`select 1 as one from pg_sleep(0.1)`;
  const sent = answer.execute();
  // Out on the wire, and then deaf for twice the deadline, in which the answer comes.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const wakeAt = performance.now() + socketMs * 2;
  while (performance.now() < wakeAt);
  expect(await sent).toEqual([{ one: 1 }]);
});

test("known bad: the driver's own sockets wait for ever", async () => {
  const own = postgres(proxy.url, { max: 1, fetch_types: false });
  await own`select 1`;
  proxy.swallowAnswers();
  const waiting = own`select 1`.then(() => "answered");
  const outcome = await Promise.race([
    waiting.catch(() => "rejected"),
    new Promise((resolve) => setTimeout(resolve, socketMs * 3, "waiting")),
  ]);
  expect(outcome).toBe("waiting");
  await own.end({ timeout: 0 });
});
