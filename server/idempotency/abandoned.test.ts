import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { charge, Intent, never, pause, rowOf, writtenOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { IdempotencyError, NeedsReview } from "./errors.ts";
import type { LifecyclePoint } from "./lifecycle.ts";
import { type Abandoned, resumeAbandoned } from "./resume-abandoned.ts";

const db = packageUnderTest();
const OUTLIVES_MS = 550;

/** An attempt that reaches `point` and is never heard of again, with its lease over. */
async function dies(intent: Intent, point: LifecyclePoint, handler = charge) {
  let reach = () => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const dying = intent.run({
    handler,
    async onEvent(event) {
      if (event.point !== point) return;
      reach();
      await never;
    },
  });
  dying.catch(() => undefined);
  await Promise.race([reached, dying.then(() => Promise.reject(new Error("it did not die")))]);
  await pause(OUTLIVES_MS);
}

const voids = (intent: Intent) => intent.run({ onAbandon: "void", limits: { waitMs: 0 } });

test("what was abandoned before its first send is given up: 412 VOIDED for ever, no effect, and the order is free", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  await dies(intent, "after-claim");
  await expect(voids(intent)).rejects.toMatchObject({ code: "VOIDED" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "voided", effects: 0, fence: 2 });
  await expect(intent.run()).rejects.toMatchObject({ code: "VOIDED" });
  expect(intent.bank.sends).toEqual([]);

  const another = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
  expect(await another.run()).toMatchObject({ replayed: false });
});

test("a holder that comes back after its intent was given up sends nothing and is told VOIDED", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const late = intent.run({
    onEvent: async ({ point }) => (point === "after-claim" ? gone : undefined),
  });
  late.catch(() => undefined);
  await expect.poll(() => rowOf(db.owner, intent)).toBeDefined();
  await pause(OUTLIVES_MS);
  await voids(intent).catch(() => undefined);
  const written = await writtenOf(db.owner, intent);
  letGo();
  await expect(late).rejects.toMatchObject({ code: "VOIDED" });
  expect(intent.bank.sends).toEqual([]);
  expect(await writtenOf(db.owner, intent)).toBe(written);
});

test.each(["in the claim", "at its step"] as const)(
  "with a send still open, marked %s, nothing is given up: it is looked up, found and booked",
  async (marks) => {
    const intent = new Intent(db.pool, { marks });
    await dies(intent, "after-provider");
    expect(await voids(intent)).toMatchObject({ replayed: false, attempt: 2 });
    expect(intent.bank.sends).toEqual([1]);
    expect(intent.bank.charges).toHaveLength(1);
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
  },
);

test("a send that may still be under way is never given up, also when the bank knows nothing of it yet", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  intent.bank.busy = () => never;
  void intent.run().catch(() => undefined);
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  await pause(OUTLIVES_MS);
  intent.bank.busy = async () => {};
  // Only the same derived key can find out: the bank answers for both calls.
  expect(await voids(intent)).toMatchObject({ attempt: 2 });
  expect(intent.bank.charges).toHaveLength(1);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
});

test("while the bank refuses, an open send stays unknown; nobody is told that nothing was taken", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  intent.bank.busy = () => never;
  void intent.run().catch(() => undefined);
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  await pause(OUTLIVES_MS);
  intent.bank.busy = async () => {};
  intent.bank.mishaps.push("refuses");
  await expect(voids(intent)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown", openSends: [1] });
});

test("a step that was refused leaves nothing open, so the intent is given up", async () => {
  const intent = new Intent(db.pool);
  intent.bank.mishaps.push("refuses");
  await expect(intent.run()).rejects.toMatchObject({ code: "RELEASED" });
  await expect(voids(intent)).rejects.toMatchObject({ code: "VOIDED" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "voided", openSends: [] });
});

test("a step with a result is something taken: the intent is carried on to its end", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  const twoSteps: typeof charge = async (attempt, its) => {
    const receipt = await its.ask(attempt);
    await attempt.step("notify", { request: () => ({}), send: async () => ({}) });
    return await attempt.commit(receipt);
  };
  let steps = 0;
  void intent.run({
    handler: twoSteps,
    // The second mark writes the first result down.
    onEvent: async ({ point }) =>
      point === "before-provider" && ++steps === 2 ? never : undefined,
  });
  await expect.poll(() => steps).toBe(2);
  await pause(OUTLIVES_MS);
  const recorded = await intent.run({ handler: twoSteps, onAbandon: "void" });
  expect(recorded).toMatchObject({ attempt: 2 });
  expect(intent.bank.sends).toEqual([1]);
});

test("a handler that catches what its step threw commits nothing over it", async () => {
  const intent = new Intent(db.pool);
  const hasty: typeof charge = async (attempt, its) => {
    try {
      return await charge(attempt, its);
    } catch {
      return await attempt.commit({ reference: "failed" }, { keepsOrder: false });
    }
  };
  intent.bank.mishaps.push("loses the answer");
  await expect(intent.run({ handler: hasty })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await intent.run({ handler: hasty })).toMatchObject({ attempt: 2 });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
});

/** One that its holder left so many minutes ago, an hour after it was made. */
async function left(procedure: string, minutesAgo: number): Promise<string> {
  const key = uuidv7();
  await db.owner`
    insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, created_at)
    select 'ann', ${key}, ${procedure}, 'v1:', '{}', false, 'in_progress', 1, over, over - interval '1 hour'
      from (select clock_timestamp() - ${minutesAgo} * interval '1 minute' as over) lease`;
  return key;
}
const stateOf = async (key: string) =>
  (await rowOf(db.owner, { account: "ann", key }))?.state ?? "gone";

function failing(error: unknown) {
  return async () => Promise.reject(error);
}

test("what nobody can carry on waits for a person once it was nobody's for ten minutes, instead of being found for ever", async () => {
  const intent = new Intent(db.pool);
  await dies(intent, "after-claim");
  const procedures = ["test.charge"];
  const resume = async ({ key }: { key: string }) => {
    if (key === intent.key) throw new NeedsReview("its input is not accepted any more");
  };
  expect(await resumeAbandoned(db.pool.db, resume, { procedures: ["another"] })).toEqual({
    found: 0,
    failed: 0,
  });
  const later = async (minutes: number) => {
    await db.owner`update idempotency_keys
        set created_at = created_at - ${minutes} * interval '1 minute', lease_until = lease_until - ${minutes} * interval '1 minute'
      where key = ${intent.key}`;
    await resumeAbandoned(db.pool.db, resume, { procedures });
  };
  await later(9);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "in_progress", fence: 1 });

  await later(2);
  const [row] =
    await db.owner`select state, fence, holds, review from idempotency_keys where key = ${intent.key}`;
  expect(row).toMatchObject({
    state: "needs_review",
    fence: 2,
    holds: true,
    review: "its input is not accepted any more",
  });
  await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
});

test("an intent that is an hour old, and that another deploy asks for every few seconds, is not given to a person by one that cannot read it", async () => {
  const key = await left("test.old-and-alive", 0.2);
  const resume = failing(new NeedsReview("this deploy cannot read it"));
  await resumeAbandoned(db.pool.db, resume, { procedures: ["test.old-and-alive"] });
  expect(await stateOf(key)).toBe("in_progress");
});

test("50 intents that cannot even be claimed do not keep the one behind them from its turn", async () => {
  const procedures = ["test.unreadable"];
  for (let at = 0; at < 50; at += 1) await left("test.unreadable", 5);
  const healthy = await left("test.unreadable", 1);
  let reached = 0;
  const resume = async ({ key }: Abandoned) => {
    if (key !== healthy) throw new Error("No operation is called that");
    reached += 1;
  };
  const told: string[] = [];
  const round = await resumeAbandoned(db.pool.db, resume, {
    procedures,
    onError: ({ key }, error) => told.push(`${key} ${String(error)}`),
  });
  expect(reached).toBe(1);
  expect(round).toEqual({ found: 51, failed: 50 });
  expect(told).toHaveLength(50);
  expect(told[0]).toContain("Error: No operation is called that");
});

test("where each is claimed and its provider is down, a round asks 20 times and no more", async () => {
  for (let at = 0; at < 30; at += 1) await left("test.down", 1);
  const resume = async ({ key }: Abandoned) => {
    await db.owner`update idempotency_keys set fence = fence + 1 where key = ${key}`;
    throw new IdempotencyError("OUTCOME_UNKNOWN");
  };
  const round = await resumeAbandoned(db.pool.db, resume, { procedures: ["test.down"] });
  expect(round).toEqual({ found: 20, failed: 20 });
});

test("what cannot be claimed for whatever reason becomes visible, and says a code and no input", async () => {
  const key = await left("test.refused", 11);
  const error = Object.assign(new Error("ann@example.org may not"), { code: "UNAUTHORIZED" });
  await resumeAbandoned(db.pool.db, failing(error), { procedures: ["test.refused"] });
  const [row] = await db.owner`select state, review from idempotency_keys where key = ${key}`;
  expect(row).toEqual({
    state: "needs_review",
    review: "nobody could carry it on within 10 minutes (UNAUTHORIZED)",
  });
});

test.each([
  ["says ask again", new IdempotencyError("STORE_UNAVAILABLE")],
  ["hides that a database was away", wrapped({ code: "ECONNREFUSED" })],
  ["hides that a backend was ended", wrapped({ code: "57P01" })],
  ["hides that the connection was closed", wrapped({ code: "CONNECTION_CLOSED" })],
])(
  "after an hour without workers, an error that %s gives nothing to a person",
  async (_says, error) => {
    const key = await left("test.outage", 60);
    const resume = failing(error);
    const round = await resumeAbandoned(db.pool.db, resume, { procedures: ["test.outage"] });
    expect(round.failed).toBe(round.found);
    expect(await stateOf(key)).toBe("in_progress");
  },
);

/** As tRPC hands on what a procedure throws. */
function wrapped(cause: object): Error {
  return Object.assign(new Error("", { cause: Object.assign(new Error(), cause) }), {
    code: "INTERNAL_SERVER_ERROR",
  });
}

test("given up for good, or taken by another worker meanwhile, is no failure", async () => {
  await left("test.ended", 1);
  const errors: unknown[] = [];
  for (const code of ["VOIDED", "IN_PROGRESS"] as const) {
    const round = await resumeAbandoned(db.pool.db, failing(new IdempotencyError(code)), {
      procedures: ["test.ended"],
      onError: (_, error) => errors.push(error),
    });
    expect([round, errors]).toEqual([{ found: 1, failed: 0 }, []]);
  }
});
