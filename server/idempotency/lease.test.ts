import { sql } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { charge, Intent, LIMITS, never, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { claim } from "./core/claim.ts";
import { fingerprint } from "./fingerprint.ts";
import { mark } from "./core/fenced-writes.ts";
import { resumeAbandoned } from "./resume-abandoned.ts";

const db = packageUnderTest();
const LEASE_MS = 10_000;
const WAIT_MS = 1_000;

/** Somebody else holds the rows of `lock` for a second; `work` has to wait for them. */
async function afterLockWait<T>(lock: string, work: () => Promise<T>): Promise<T> {
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const holding = db.owner.begin(async (tx) => {
    await tx.unsafe(lock);
    locked();
    await pause(WAIT_MS);
  });
  await isLocked;
  const startedAt = performance.now();
  const result = await work();
  expect(performance.now() - startedAt, "it waited").toBeGreaterThan(WAIT_MS * 0.8);
  await holding;
  return result;
}

function raw(intent: Intent) {
  const input = JSON.stringify({ orderId: intent.orderId });
  const { account, key } = intent;
  return { account, key, procedure: "test.charge", fingerprint: fingerprint(input), input };
}

describe.concurrent(
  "after a lock wait of a second a fresh lease has 95 % of its length left (nextlyhq/nextly#777)",
  () => {
    test("when a key is taken over", async () => {
      const intent = new Intent(db.pool);
      await claim(db.pool.db, raw(intent), 0);
      const verdict = await afterLockWait(
        `select 1 from idempotency_keys where key = '${intent.key}' for update`,
        () => claim(db.pool.db, raw(intent), LEASE_MS),
      );
      expect(verdict).toMatchObject({ kind: "mine", fence: 2 });
      expect((await rowOf(db.owner, intent))?.leaseLeftMs).toBeGreaterThan(0.95 * LEASE_MS);
    });

    test("when a new key waits for its order, which is just being saved", async () => {
      const intent = new Intent(db.pool);
      await db.owner`insert into orders (account, order_id, items) values (${intent.account}, ${intent.orderId}, '[{"sku":"tea","quantity":1}]')`;
      const admission = {
        select: sql`select order_id::text, '{}' as request from orders where order_id = ${intent.orderId}::uuid for share`,
      };
      const verdict = await afterLockWait(
        `select 1 from orders where order_id = '${intent.orderId}' for update`,
        () => claim(db.pool.db, raw(intent), LEASE_MS, admission),
      );
      expect(verdict).toMatchObject({ kind: "mine", fence: 1 });
      expect((await rowOf(db.owner, intent))?.leaseLeftMs).toBeGreaterThan(0.95 * LEASE_MS);
    });

    test("when a step renews it", async () => {
      const intent = new Intent(db.pool);
      await claim(db.pool.db, raw(intent), LEASE_MS);
      const grant = { account: intent.account, key: intent.key, fence: 1 };
      const step = { name: "charge", request: "{}", providerKey: "k", place: 1 };
      await afterLockWait(
        `select 1 from idempotency_keys where key = '${intent.key}' for update`,
        () => mark(db.pool.db, grant, step, LEASE_MS, []),
      );
      expect((await rowOf(db.owner, intent))?.leaseLeftMs).toBeGreaterThan(0.95 * LEASE_MS);
    });
  },
);

const inTransaction: typeof charge = async (attempt, intent) => {
  const receipt = await intent.ask(attempt);
  return await attempt.transact(receipt, async (tx) => {
    await tx.execute(
      sql`insert into effects (account, key, order_id, fence) values (${intent.account}, ${intent.key}, ${intent.orderId}, ${attempt.fence})`,
    );
  });
};

test.each([
  ["a statement", charge],
  ["a transaction", inTransaction],
])(
  "%s that gave up waiting for a lock is run again, apart from the call: the bank is asked once (langwatch#8200)",
  async (_what, handler) => {
    const timings = { lockMs: 60, statementMs: 4_000, socketMs: 5_000, idleInTransactionMs: 5_000 };
    const impatient = openDatabase({
      url: db.database.appUrl,
      max: 4,
      timings,
      applicationName: "impatient",
    });
    try {
      const intent = new Intent(impatient, { limits: { leaseMs: 5_000 } });
      let held: Promise<unknown> = Promise.resolve();
      const recorded = await intent.run({
        handler,
        async onEvent({ point }) {
          if (point !== "before-commit") return;
          let locked = () => {};
          const isLocked = new Promise<void>((resolve) => (locked = resolve));
          held = db.owner.begin(async (tx) => {
            await tx`select 1 from idempotency_keys where key = ${intent.key} for update`;
            locked();
            await pause(130);
          });
          await isLocked;
        },
      });
      await held;
      expect(recorded).toMatchObject({ replayed: false, attempt: 1 });
      expect(intent.bank.sends).toEqual([1]);
      expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
    } finally {
      await impatient.close();
    }
  },
);

test("at most 100 wait in a process; whoever comes after them is told at once", async () => {
  const waitMs = 8_000;
  const intent = new Intent(db.pool, { limits: { ...LIMITS, leaseMs: 10_000, waitMs } });
  let answer = () => {};
  const open = new Promise<void>((resolve) => (answer = resolve));
  intent.bank.busy = () => open;
  const running = intent.run();
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  const told: string[] = [];
  const outcomes = Array.from({ length: 140 }, (_, at) =>
    intent.run({ store: at % 2 ? db.pool.db : db.another.db }).then(
      ({ text }) => text,
      ({ code }: { code: string }) => told.push(code),
    ),
  );
  // While nobody is answered yet, and long before anybody's wait is over.
  await expect.poll(() => told.length, { timeout: waitMs / 2 }).toBeGreaterThanOrEqual(40);
  answer();
  const { text } = await running;
  const texts = (await Promise.all(outcomes)).filter((outcome) => outcome === text);
  expect(new Set(told)).toEqual(new Set(["IN_PROGRESS"]));
  expect(texts.length).toBe(140 - told.length);
  expect(intent.bank.charges).toHaveLength(1);
});

test("a clock of the database that was weeks ahead and was put back shuts nobody out: answers are read, and who runs is waited for", async () => {
  const ahead = ({ key }: Intent) =>
    db.owner`update idempotency_keys set lease_until = clock_timestamp() + interval '60 days' where key = ${key}`;
  const done = new Intent(db.pool);
  const { text } = await done.run();
  await ahead(done);
  expect(await done.run()).toMatchObject({ text, replayed: true });

  const running = new Intent(db.pool);
  running.bank.busy = () => never;
  void running.run();
  await expect.poll(() => running.bank.sends).toEqual([1]);
  await ahead(running);
  await expect(running.run()).rejects.toMatchObject({ code: "IN_PROGRESS" });
});

test("a clock of the database that is set back by an hour keeps nobody waiting for it: what was written in its future is carried on, and its holder is fenced", async () => {
  const intent = new Intent(db.pool);
  intent.bank.busy = () => never;
  void intent.run();
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  await db.owner`update idempotency_keys
    set created_at = created_at + interval '1 hour', updated_at = updated_at + interval '1 hour', lease_until = lease_until + interval '1 hour'
    where key = ${intent.key}`;
  const found: string[] = [];
  await resumeAbandoned(db.pool.db, async ({ key }) => void found.push(key));
  expect(found).toContain(intent.key);
  intent.bank.busy = async () => {};
  expect(await intent.run()).toMatchObject({ attempt: 2 });
  expect(intent.bank.charges).toHaveLength(1);
});

test("a lease is its holder's to its last millisecond, however often somebody asks", async () => {
  const intent = new Intent(db.pool);
  await claim(db.pool.db, raw(intent), 300);
  const [held] =
    await db.owner`select lease_until::text as lease from idempotency_keys where key = ${intent.key}`;
  while ((await claim(db.pool.db, raw(intent), LEASE_MS)).kind !== "mine");
  const [taken] = await db.owner`
    select fence, updated_at >= ${held?.["lease"]}::timestamptz as in_time from idempotency_keys where key = ${intent.key}`;
  expect(taken).toEqual({ fence: 2, in_time: true });
});

test("an instance whose own clock is five minutes ahead takes no lease that lives (MailFathom#1989)", async () => {
  const intent = new Intent(db.pool, { limits: { leaseMs: 30_000, waitMs: 0 } });
  intent.bank.busy = () => never;
  void intent.run();
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 300_000 });
  try {
    const { db: store } = db.another;
    await expect(intent.run({ store })).rejects.toMatchObject({ code: "IN_PROGRESS" });
    const found: string[] = [];
    await resumeAbandoned(store, async ({ key }) => void found.push(key));
    expect(found).not.toContain(intent.key);
    expect(await rowOf(db.owner, intent)).toMatchObject({ fence: 1 });
  } finally {
    vi.useRealTimers();
  }
});
