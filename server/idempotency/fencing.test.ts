import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { expect, test, vi } from "vitest";
import { CountingBank } from "../test-kit/counting-bank.ts";
import { charge, Intent, never, pause, rowOf, writtenOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { IdempotencyError } from "./errors.ts";
import type { LifecyclePoint, Listener } from "./lifecycle.ts";

const db = packageUnderTest();
const OUTLIVES_MS = 550;

/** Holds the first attempt at a point until it is let go. */
function held(at: LifecyclePoint) {
  let letGo = () => {};
  let arrive = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const there = new Promise<void>((resolve) => (arrive = resolve));
  const onEvent: Listener = async ({ point, fence }) => {
    if (point !== at || fence !== 1) return;
    arrive();
    await gone;
  };
  return { onEvent, there, letGo };
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  return await run.then(
    () => "an answer",
    (error: unknown) => (error instanceof IdempotencyError ? error.code : String(error)),
  );
}

test.each(["after-claim", "after-provider", "before-commit"] as const)(
  "an attempt that outlives its lease at %s writes nothing, and its caller gets the recorded answer as a replay",
  async (at) => {
    const intent = new Intent(db.pool);
    const first = held(at);
    const late = intent.run({ onEvent: first.onEvent });
    await first.there;
    await pause(OUTLIVES_MS);
    const recorded = await intent.run({ store: db.another.db });
    expect(recorded).toMatchObject({ replayed: false, attempt: 2 });
    const written = await writtenOf(db.owner, intent);

    first.letGo();
    expect(await late).toEqual({ text: recorded.text, replayed: true, attempt: 2 });
    expect(await writtenOf(db.owner, intent)).toBe(written);
    expect(await rowOf(db.owner, intent)).toMatchObject({
      state: "completed",
      fence: 2,
      effects: 1,
    });
    expect(intent.bank.charges).toHaveLength(1);
  },
);

test("an attempt that is fenced before it marks its send, sends nothing", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  const first = held("after-claim");
  const late = intent.run({ onEvent: first.onEvent });
  await first.there;
  await pause(OUTLIVES_MS);
  await intent.run();
  first.letGo();
  expect(await late).toMatchObject({ replayed: true, attempt: 2 });
  expect(intent.bank.sends).toEqual([2]);
});

test("a clean refusal releases nothing while the call of a stalled attempt is still open", async () => {
  const intent = new Intent(db.pool);
  let answer = () => {};
  const open = new Promise<void>((resolve) => (answer = resolve));
  intent.bank.busy = () => (intent.bank.sends.length === 1 ? open : Promise.resolve());
  intent.bank.mishaps.push(undefined, "refuses");
  const stalled = intent.run();
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  await pause(OUTLIVES_MS);

  expect(await codeOf(intent.run({ store: db.another.db }))).toBe("OUTCOME_UNKNOWN");
  expect(await rowOf(db.owner, intent)).toMatchObject({
    state: "unknown",
    fence: 2,
    openSends: [1],
  });
  // Released, the order would be free for this one, and the stalled call would be its second charge.
  const other = new Intent(db.pool, {
    account: intent.account,
    orderId: intent.orderId,
    bank: intent.bank,
  });
  expect(await codeOf(other.run())).toBe("ORDER_BUSY");

  answer();
  // Fenced, it looks again like anybody, takes the key up and finds by its reference what it did itself.
  expect(await stalled).toMatchObject({ attempt: 3 });
  expect(await intent.run()).toMatchObject({ replayed: true, attempt: 3 });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
  expect(intent.bank.charges).toHaveLength(1);
});

test("a refusal with no other call open releases the order, and another intent may pay it", async () => {
  const intent = new Intent(db.pool);
  intent.bank.mishaps.push("refuses");
  expect(await codeOf(intent.run())).toBe("RELEASED");
  const other = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
  expect(await other.run()).toMatchObject({ attempt: 1 });
  // The released key meets the order's index when it is taken up again.
  expect(await codeOf(intent.run())).toBe("ORDER_PAID");
  expect([intent.bank.charges.length, other.bank.charges.length]).toEqual([0, 1]);
});

test("a key that moved while its taker waited for the lock is looked at again: earlier sends are never overlooked", async () => {
  const bank = new CountingBank("forgetful");
  const intent = new Intent(db.pool, { bank, limits: { recoverWithinMs: 0, waitMs: 1_000 } });
  bank.mishaps.push("refuses");
  expect(await codeOf(intent.run())).toBe("RELEASED");

  // Another instance's whole attempt, seen from here in one instant: fence 2, sent, outcome unknown.
  const committed = db.owner.begin(async (tx) => {
    await tx`update idempotency_keys set state = 'unknown', holds = true, fence = 2, lease_until = clock_timestamp() where key = ${intent.key}`;
    await tx`update idempotency_steps set open_sends = '{2}', last_sent = 2 where key = ${intent.key}`;
    bank.charges.push({ orderId: intent.orderId, providerKey: "found by nobody" });
    await pause(300);
  });
  await pause(100);
  const taker = codeOf(intent.run());
  await committed;
  expect(await taker).toBe("OUTCOME_UNKNOWN");
  expect(bank.charges).toHaveLength(1);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review", fence: 3 });
});

test("states, fences and answers never go back, whoever writes", async () => {
  const done = new Intent(db.pool);
  const { text } = await done.run();
  const unknown = new Intent(db.pool);
  unknown.bank.mishaps.push("loses the answer");
  expect(await codeOf(unknown.run())).toBe("OUTCOME_UNKNOWN");

  const refused = (assignments: string, { key }: Intent) =>
    expect(
      db.owner.unsafe(`update idempotency_keys set ${assignments} where key = '${key}'`),
    ).rejects.toMatchObject({
      code: "23000",
    });
  await refused("state = 'in_progress', answer = null", done);
  await refused("state = 'released', answer = null, holds = false", done);
  await refused("state = 'voided', answer = null", done);
  await refused("answer = 'another'", done);
  await refused("fence = 0", done);
  await refused("state = 'in_progress'", unknown);
  expect((await done.run()).text).toBe(text);
});

test("a live lease is never taken, whatever clock the other instance has (MailFathom#1989)", async () => {
  const intent = new Intent(db.pool, { limits: { leaseMs: 5_000 } });
  void intent.run({
    onEvent: async ({ point }) => (point === "after-claim" ? await never : undefined),
  });
  await expect.poll(() => rowOf(db.owner, intent)).toBeDefined();
  for (const minutes of [5, -5]) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * 60_000 });
    try {
      expect(await codeOf(intent.run({ store: db.another.db }))).toBe("IN_PROGRESS");
    } finally {
      vi.useRealTimers();
    }
  }
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "in_progress", fence: 1 });
});

test("a transaction of ordinary statements is fenced by its first one, and all of it is written or nothing", async () => {
  const intent = new Intent(db.pool);
  const first = held("before-commit");
  const inTransaction: typeof charge = async (attempt) => {
    const receipt = await intent.ask(attempt);
    return await attempt.transact(receipt, async (tx) => {
      await tx.execute(
        sql`insert into effects values (${intent.account}, ${intent.key}, ${intent.orderId}, ${attempt.fence})`,
      );
      if (attempt.fence === 2) throw new Error("half way");
    });
  };
  const late = intent.run({ handler: inTransaction, onEvent: first.onEvent });
  await first.there;
  await pause(OUTLIVES_MS);
  expect(await codeOf(intent.run({ handler: inTransaction }))).toBe("OUTCOME_UNKNOWN");
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown", fence: 2, effects: 0 });
  expect(await intent.run({ handler: inTransaction })).toMatchObject({
    attempt: 3,
    replayed: false,
  });
  first.letGo();
  expect(await late).toMatchObject({ attempt: 3, replayed: true });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", fence: 3, effects: 1 });
  expect(intent.bank.charges).toHaveLength(1);
});

test("a row that says what cannot be is refused, whoever writes", async () => {
  const sound = {
    account: uuidv7(),
    procedure: "test.charge",
    fingerprint: "v1:",
    input: "{}",
    order_id: "order",
    holds: true,
    state: "in_progress",
    fence: 1,
    lease_until: new Date(),
    answer: null,
  };
  const write = (row: Partial<Omit<typeof sound, "answer">> & { answer?: string }) => {
    const whole = { ...sound, key: uuidv7(), ...row };
    return db.owner`insert into idempotency_keys ${db.owner(whole)}`;
  };
  await write({});
  const code = "23514";
  await expect(write({ state: "paid" })).rejects.toMatchObject({ code });
  await expect(write({ state: "completed" })).rejects.toMatchObject({ code });
  await expect(write({ answer: "{}" })).rejects.toMatchObject({ code });
  await expect(write({ holds: false })).rejects.toMatchObject({ code });
  await expect(write({ fence: 0 })).rejects.toMatchObject({ code });
  const changed = db.owner`update idempotency_keys set holds = false where account = ${sound.account}`;
  await expect(changed).rejects.toMatchObject({ code });
});
