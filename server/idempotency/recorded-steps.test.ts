import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Attempt } from "./attempt.ts";
import { resumeAbandoned } from "./resume-abandoned.ts";
import { Intent, never, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { replacing, rewritingStore } from "../test-kit/rewriting-store.ts";

const db = packageUnderTest();

const booked = sql`insert into effects (account, key, order_id, fence) select account, key, order_id, fence from done`;

/** Two steps; the first is recorded at once with its effect. */
const twoSteps =
  (calls: string[], effects = [booked]) =>
  async (attempt: Attempt, intent: Intent) => {
    await attempt.step("charge", {
      request: () => ({ orderId: intent.orderId }),
      send: (request, key) => {
        calls.push("charge");
        return intent.bank.send(attempt.fence, request, key);
      },
      lookUp: (_request, key) => intent.bank.lookUp(key),
      record: () => effects,
    });
    await attempt.step("tell", {
      request: () => ({}),
      async send() {
        calls.push("tell");
        return {};
      },
      record: () => [],
    });
    return await attempt.commit({ reference: "done" });
  };

const resultsOf = async ({ key }: Intent) =>
  (
    await db.owner`select step, result is not null as there from idempotency_steps where key = ${key} order by place`
  ).map(({ step, there }) => [step, there]);

const dies = (at: string, step: string) => async (event: { point: string; step?: string }) => {
  if (event.point === at && event.step === step) await never;
};

const whole = (calls: string[]) =>
  new Intent(db.pool, { marks: "at its step" }).run({ handler: twoSteps(calls) });

test("a step that is recorded at once stands with its effect while the run goes on, and is told from the record to the next attempt", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  const calls: string[] = [];
  void intent.run({ handler: twoSteps(calls), onEvent: dies("before-provider", "tell") });
  await expect.poll(async () => (await rowOf(db.owner, intent))?.effects).toBe(1);
  await expect
    .poll(() => resultsOf(intent))
    .toEqual([
      ["charge", true],
      ["tell", false],
    ]);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "in_progress", answer: null });
  await pause(intent.limits.leaseMs);
  await intent.run({ handler: twoSteps(calls), limits: { waitMs: 3_000 } });
  expect(calls.filter((call) => call === "charge")).toHaveLength(1);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
});

test("where the commit of a step fails, not even its result is written: the next attempt looks it up and books it", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  const calls: string[] = [];
  const { store, counted } = rewritingStore(
    db.pool.db,
    replacing("set result", [/^[\s\S]*$/, "select pg_terminate_backend(pg_backend_pid())"]),
  );
  const first = intent.run({ store, handler: twoSteps(calls) });
  await expect(first).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(counted.rewritten).toBeGreaterThan(0);
  expect(await resultsOf(intent)).toEqual([["charge", false]]);
  expect((await rowOf(db.owner, intent))?.effects).toBe(0);
  await intent.run({ handler: twoSteps(calls) });
  expect(intent.bank.charges).toHaveLength(1);
  expect(
    calls.filter((call) => call === "charge"),
    "found by its reference",
  ).toHaveLength(1);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
});

test("effects that Postgres refuses for good: the step stays unrecorded, and a person decides", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  const refused = sql`insert into effects (account, key, order_id, fence) select account, key, null, fence from done`;
  const run = intent.run({ handler: twoSteps([], [refused]) });
  await expect(run).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review", effects: 0 });
  expect(await resultsOf(intent)).toEqual([["charge", false]]);
});

test("an attempt that was taken over records nothing: neither the result nor its effect", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  let wake = () => {};
  const asleep = new Promise<void>((resolve) => (wake = resolve));
  const zombie = intent.run({
    handler: twoSteps([]),
    async onEvent({ point, step }) {
      if (point === "before-commit" && step === "charge") await asleep;
    },
  });
  await pause(intent.limits.leaseMs + 50);
  const { text } = await intent.run({ handler: twoSteps([]), limits: { waitMs: 3_000 } });
  wake();
  expect((await zombie).text).toBe(text);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", fence: 2, effects: 1 });
});

test("a step that is recorded while its key is being taken over is told to the next attempt: it is sent once and its effect written once", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  const slowly = sql`insert into effects (account, key, order_id, fence)
    select account, key, order_id, fence from done where pg_sleep(0.5)::text is not null`;
  const calls: string[] = [];
  const late = intent.run({
    handler: twoSteps(calls, [slowly]),
    async onEvent({ point, step }) {
      if (point === "before-commit" && step === "charge") await pause(intent.limits.leaseMs + 50);
    },
  });
  const isRecording = async () =>
    (
      await db.owner`select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
    ).length > 0;
  await expect.poll(isRecording, { interval: 20 }).toBe(true);
  const { text } = await intent.run({ handler: twoSteps(calls), limits: { waitMs: 3_000 } });
  expect((await late).text).toBe(text);
  expect(calls).toEqual(["charge", "tell"]);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
});

test("a handler of more than twenty steps is stopped: an attempt owns its key for so many leases and no longer", async () => {
  const intent = new Intent(db.pool, { marks: "at its step", limits: { leaseMs: 5_000 } });
  let sent = 0;
  const run = intent.run({
    async handler(attempt) {
      for (let at = 1; at <= 21; at += 1) {
        const send = async () => ({ sent: (sent += 1) });
        await attempt.step(`step-${at}`, { request: () => ({}), send, record: () => [] });
      }
      return await attempt.commit({ reference: "never" });
    },
  });
  await expect(run).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(sent).toBe(20);
});

test("the completer leaves a run that somebody looks on at to them for half a lease more, and then takes it", async () => {
  const intent = new Intent(db.pool, { marks: "at its step", limits: { leaseMs: 1_000 } });
  void intent.run({ handler: twoSteps([]), onEvent: dies("after-provider", "charge") });
  await expect.poll(() => rowOf(db.owner, intent)).toBeDefined();
  const found = async (patientWith: string[]) => {
    let mine = false;
    await resumeAbandoned(
      db.pool.db,
      async ({ key }) => {
        mine ||= key === intent.key;
      },
      { patientWith },
    );
    return mine;
  };
  await expect
    .poll(async () => (await rowOf(db.owner, intent))?.leaseLeftMs ?? 1, { interval: 20 })
    .toBeLessThan(0);
  expect([await found(["test.charge"]), await found([])]).toEqual([false, true]);
  await expect.poll(() => found(["test.charge"]), { timeout: 5_000 }).toBe(true);
});

test("without deaths nothing is different", async () => {
  const calls: string[] = [];
  await whole(calls);
  expect(calls).toEqual(["charge", "tell"]);
});
