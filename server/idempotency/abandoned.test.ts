import { expect, test } from "vitest";
import { charge, Intent, never, pause, rowOf, writtenOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { NeedsReview } from "./errors.ts";
import type { LifecyclePoint } from "./lifecycle.ts";
import { resumeAbandoned } from "./resume-abandoned.ts";

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
