import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { CountingBank } from "../test-kit/counting-bank.ts";
import { charge, Intent, never, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { replacing, rewritingStore } from "../test-kit/rewriting-store.ts";
import { IdempotencyError } from "./errors.ts";
import type { LifecyclePoint } from "./lifecycle.ts";
import type { Store } from "./store.ts";
import { providerKeyOf } from "./take-step.ts";

/**
 * Each defence taken out, by a switch in this file alone, and the damage that the suite looks for. What is shown
 * here to be caught is what a green suite means.
 */
const db = packageUnderTest();
const OUTLIVES_MS = 550;

async function told(run: Promise<{ text: string; replayed: boolean }>): Promise<string> {
  return await run.then(
    ({ replayed }) => (replayed ? "replayed" : "answered"),
    (error: unknown) => (error instanceof IdempotencyError ? error.code : String(error)),
  );
}

/** The first attempt waits at `point` until its lease is over and somebody else has finished. */
async function comesBackLate(intent: Intent, point: LifecyclePoint, store: Store) {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  let there = false;
  const late = intent.run({
    store,
    async onEvent(event) {
      if (event.point !== point || there) return;
      there = true;
      await gone;
    },
  });
  await expect.poll(() => there).toBe(true);
  await pause(OUTLIVES_MS);
  await intent.run();
  letGo();
  return await told(late);
}

/** Dies at `point` for ever, and the client asks again once the lease is over. */
async function diesAt(intent: Intent, point: LifecyclePoint, handler: typeof charge) {
  let there = false;
  void intent.run({
    handler,
    async onEvent(event) {
      if (event.point !== point) return;
      there = true;
      await never;
    },
  });
  await expect.poll(() => there).toBe(true);
  await pause(OUTLIVES_MS);
  return await told(intent.run({ handler }));
}

test("without the fence in the commit, a late attempt books the effect a second time", async () => {
  const unfenced = rewritingStore(
    db.pool.db,
    replacing("state = 'completed', answer", [/and fence = \$\d+ and state = 'in_progress'/, ""]),
  );
  const [sound, bad] = [new Intent(db.pool), new Intent(db.pool)];
  const outcomes = [sound, bad].map((intent) =>
    comesBackLate(intent, "before-commit", intent === bad ? unfenced.store : db.pool.db),
  );
  expect(await Promise.all(outcomes)).toEqual(["replayed", "answered"]);
  expect(await rowOf(db.owner, sound)).toMatchObject({ effects: 1 });
  expect(unfenced.counted.rewritten).toBeGreaterThan(0);
  expect(await rowOf(db.owner, bad)).toMatchObject({ effects: 2 });
});

test("without the fence in the commit, an answer that differs is at least refused by the trigger", async () => {
  const unfenced = rewritingStore(
    db.pool.db,
    replacing(
      "state = 'completed', answer",
      [/and fence = \$\d+ and state = 'in_progress'/, ""],
      [/answer = (\$\d+)/, "answer = $1 || ' '"],
    ),
  );
  const intent = new Intent(db.pool);
  await comesBackLate(intent, "before-commit", unfenced.store);
  expect(await rowOf(db.owner, intent)).toMatchObject({ effects: 1 });
});

test("with a provider key for each attempt, an honest bank charges twice", async () => {
  const perAttempt: typeof charge = async (attempt, { bank, orderId }) => {
    const key = (providerKey: string) => `${providerKey}-${attempt.fence}`;
    const receipt = await attempt.step("charge", {
      request: () => ({ orderId }),
      send: (request, providerKey) => bank.send(attempt.fence, request, key(providerKey)),
      lookUp: (_request, providerKey) => bank.lookUp(key(providerKey)),
    });
    return await attempt.commit(receipt);
  };
  const [sound, bad] = [new Intent(db.pool), new Intent(db.pool)];
  await Promise.all([
    diesAt(sound, "after-provider", charge),
    diesAt(bad, "after-provider", perAttempt),
  ]);
  expect(sound.bank.charges).toHaveLength(1);
  expect(bad.bank.charges).toHaveLength(2);
});

test("with a step's key derived anew instead of read, a deploy that names it otherwise charges twice", async () => {
  const [sound, bad] = [new Intent(db.pool), new Intent(db.pool)];
  const anew = `'providerKey', '${providerKeyOf("renamed", bad, "charge")}'`;
  const derived = rewritingStore(
    db.pool.db,
    replacing("'providerKey'", [/'providerKey', provider_key/, anew]),
  );
  for (const [intent, store, charges] of [
    [sound, db.pool.db, 1],
    [bad, derived.store, 2],
  ] as const) {
    intent.bank.mishaps.push("loses the answer");
    await told(intent.run({ store }));
    expect(await told(intent.run({ store, namespace: "renamed" }))).toBe("answered");
    expect(intent.bank.charges).toHaveLength(charges);
  }
  expect(derived.counted.rewritten).toBeGreaterThan(0);
});

test("with the row deleted when the handler throws, one fence sends twice, and a bank without keys charges twice", async () => {
  const deleting: typeof charge = async (attempt, intent) => {
    try {
      return await charge(attempt, intent);
    } catch (error) {
      // As the owner: the application's own role may not delete.
      await db.owner`delete from idempotency_steps where key = ${intent.key}`;
      await db.owner`delete from idempotency_keys where key = ${intent.key}`;
      throw error;
    }
  };
  for (const [handler, charges, sends] of [
    [charge, 1, [1]],
    [deleting, 2, [1, 1]],
  ] as const) {
    const intent = new Intent(db.pool, {
      bank: new CountingBank("forgetful"),
      limits: { recoverWithinMs: 0 },
    });
    intent.bank.mishaps.push("loses the answer");
    await told(intent.run({ handler }));
    await told(intent.run({ handler }));
    expect(intent.bank.charges).toHaveLength(charges);
    expect(intent.bank.sends).toEqual(sends);
  }
});

/** A stalled call is open, a later one is refused cleanly, then another intent asks for the order. */
async function refusedWhileOpen(store: Store) {
  const intent = new Intent(db.pool);
  const { bank, account, orderId } = intent;
  let answer = () => {};
  const open = new Promise<void>((resolve) => (answer = resolve));
  bank.busy = () => (bank.sends.length === 1 ? open : Promise.resolve());
  bank.mishaps.push(undefined, "refuses");
  const stalled = intent.run().catch(() => undefined);
  await expect.poll(() => bank.sends).toEqual([1]);
  await pause(OUTLIVES_MS);
  const codes = [
    await told(intent.run({ store })),
    await told(new Intent(db.pool, { account, orderId, bank }).run()),
  ];
  answer();
  await stalled;
  return { codes, charges: bank.charges.length };
}

test("without openSends in the release, another intent pays an order whose first call is still open", async () => {
  expect(await refusedWhileOpen(db.pool.db)).toEqual({
    codes: ["OUTCOME_UNKNOWN", "ORDER_BUSY"],
    charges: 1,
  });
  const careless = rewritingStore(
    db.pool.db,
    replacing(
      "array_remove",
      [/case when open\.something then 'unknown' else 'released' end/, "'released'"],
      [/holds = open\.something and/, "holds = false and"],
    ),
  );
  expect(await refusedWhileOpen(careless.store)).toEqual({
    codes: ["RELEASED", "answered"],
    charges: 2,
  });
});

test("with the effect in a commit before the answer's, a death between them books it twice", async () => {
  const twoCommits: typeof charge = async (attempt, intent) => {
    const receipt = await intent.ask(attempt);
    const { account, key, orderId } = intent;
    await db.pool.db.execute(
      sql`insert into effects values (${account}, ${key}, ${orderId}, ${attempt.fence})`,
    );
    return await attempt.commit(receipt);
  };
  for (const [handler, effects] of [
    [charge, 1],
    [twoCommits, 2],
  ] as const) {
    const intent = new Intent(db.pool);
    expect(await diesAt(intent, "before-commit", handler)).toBe("answered");
    expect(await rowOf(db.owner, intent)).toMatchObject({ effects });
  }
});

test("with an unknown outcome stored as a failure, the money is gone and the answer says it is not", async () => {
  // Caught around the step it would not be committed; within `send` nobody can tell it from an answer.
  const hasty: typeof charge = async (attempt, { bank, orderId }) => {
    const failed = { reference: "failed" };
    const receipt = await attempt.step("charge", {
      request: () => ({ orderId }),
      send: (request, key) => bank.send(attempt.fence, request, key).catch(() => failed),
    });
    return await attempt.commit(receipt, { keepsOrder: receipt !== failed });
  };
  for (const [handler, first] of [
    [charge, "OUTCOME_UNKNOWN"],
    [hasty, "answered"],
  ] as const) {
    const intent = new Intent(db.pool);
    intent.bank.mishaps.push("loses the answer");
    expect(await told(intent.run({ handler }))).toBe(first);
    expect(intent.bank.charges).toHaveLength(1);
    const { text } = await intent.run({ handler });
    expect(text.includes("failed")).toBe(handler === hasty);
  }
});
