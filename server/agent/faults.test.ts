import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { isSeen } from "../test-kit/faults-seen.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { deedsOf, eachOnce } from "../test-kit/deeds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ suppliers: true, timings: "test" });
const STEPS = ["plan", "reserve", "charge", "mail", "courier"];

async function runUnder(plan: string) {
  const buyer = await Buyer.arrives(stack.services);
  const input = { idempotencyKey: uuidv7(), goal: "Buy two teas" };
  const send = () => buyer.mutate("agent.run", input, { headers: { "x-fault-plan": plan } });
  const get = async () =>
    Object((await buyer.query("agent.get", { idempotencyKey: input.idempotencyKey })).result);
  const leaseIsOver = () =>
    expect.poll(async () => (await get()).leaseLeftMs, { timeout: 20_000 }).toBe(0);
  const isHit = (fault: string) =>
    isSeen(stack.sql, input.idempotencyKey, fault.replace(/=.*/, ""));
  return { buyer, send, get, leaseIsOver, isHit };
}

test("crash-after-commit@1+2 dies after step 1 and after step 2, and the third arrival resumes at step 3", async () => {
  const { send, get, leaseIsOver } = await runUnder("crash-after-commit@1+2");
  for (const recoveryPoint of ["plan", "reserve"]) {
    await expect(send()).rejects.toThrow();
    expect(await get()).toMatchObject({ state: "in_progress", recoveryPoint });
    await leaseIsOver();
  }
  await expect.poll(async () => (await send()).status, { timeout: 20_000 }).toBe(200);
  const run = await get();
  expect(run).toMatchObject({ state: "completed", status: "completed", attempts: 3 });
  expect(
    run.steps.map(({ name, attempt, skipped }: Record<string, unknown>) => [
      name,
      attempt,
      skipped,
    ]),
  ).toEqual([
    ["plan", 1, true],
    ["reserve", 2, true],
    ["charge", 3, false],
    ["mail", 3, false],
    ["courier", 3, false],
  ]);
  expect(await deedsOf(stack.sql, run.orderId)).toEqual(eachOnce);
});

/** A run whose first steps are recorded, each by an attempt that died of it. */
async function deadBehind(recorded: number, plan: string) {
  for (;;) {
    const one = await runUnder(plan);
    for (let arrival = 1; arrival <= recorded; arrival += 1) {
      await one.send().catch(() => undefined);
      await one.leaseIsOver();
    }
    // On a machine that is too busy to count an arrival in time, that one met no fault.
    if ((await one.get()).recoveryPoint === STEPS[recorded - 1]) return one;
  }
}

const AT_A_STEP = [
  "crash-before-provider",
  "crash-after-provider",
  "crash-before-commit",
  "crash-after-commit",
  "stall-after-provider=1400",
  "provider-unreachable",
  "provider-error",
  "provider-timeout",
  "provider-error-after-charge",
  "database-drop-before-commit",
  "database-drop-after-commit",
];

test.each([2, 3, 5])(
  "whatever happens in step %i, and at no other step: the run ends by itself, each effect is there once",
  async (place) => {
    const before = Array.from({ length: place - 1 }, (_, at) => at + 1).join("+");
    const runs = await Promise.all(
      AT_A_STEP.map(async (fault) => {
        for (let tries = 1; tries <= 5; tries += 1) {
          const plan = `crash-after-commit@${before},${fault}@${place}`;
          const one = await deadBehind(place - 1, plan);
          await one.send().catch(() => undefined);
          if (await one.isHit(fault)) return { ...one, fault };
        }
        throw new Error(`None of five runs met ${fault} in step ${place}`);
      }),
    );
    const stop = startCompleter(stack.services);
    try {
      for (const { get, fault } of runs)
        await expect
          .poll(async () => (await get()).state, { timeout: 30_000, message: fault })
          .toBe("completed");
    } finally {
      await stop();
    }
    for (const { get, fault, buyer } of runs) {
      const { orderId, status } = await get();
      expect(status, fault).toBe("completed");
      expect(await deedsOf(stack.sql, orderId), fault).toEqual(eachOnce);
      expect(await booksOf(stack.sql, orderId), fault).toEqual(paidOnce());
      for (const { id, holds } of Object((await buyer.query("audit.invariants")).result))
        expect(holds, `${fault} ${id}`).toBe(true);
    }
  },
  120_000,
);
