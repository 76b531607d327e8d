import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { builtProgram } from "../test-kit/built-program.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { deedsOf, eachOnce } from "../test-kit/deeds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

// AG-1: andrewyng/openworker#443, GEMISIS/leviath#96, microsoft/agent-framework#3938. Death after a tool's effect and
// before its record: on resume the tool is called again.

const stack = stackUnderTest({ suppliers: true, timings: "test" });
const GOAL = "Buy two teas";
const STEPS = ["plan", "reserve", "charge", "mail", "courier"];
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Boundary {
  point: "before-provider" | "after-provider" | "after-commit";
  step: string;
}

/** Before and after each step's effect; the others, where the result is written, are tried in the run of many deaths. */
const TEN = STEPS.flatMap((step): Boundary[] => [
  { point: "before-provider", step },
  { point: "after-provider", step },
]);

/** Runs the goal in a process of its own, which is gone afterwards. Gives how it ended. */
async function runInProcess(account: string, key: string, { point, step }: Partial<Boundary> = {}) {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...builtProgram("server/test-kit/agent-victim.ts"),
      account,
      key,
      GOAL,
      point ?? "",
      step ?? "",
    ],
    {
      cwd: ROOT,
      env: { ...process.env, ...stack.environment },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const [code, signal] = await once(child, "exit");
  if (signal !== "SIGKILL" && code !== 0) throw new Error(said.slice(0, 2_000));
  return signal ?? code;
}

async function getRun(buyer: Buyer, idempotencyKey: string) {
  return Object((await buyer.query("agent.get", { idempotencyKey })).result);
}

const stepIdsOf = (run: { steps: { name: string; stepId?: string }[] }) =>
  new Map(run.steps.flatMap(({ name, stepId }) => (stepId ? [[name, stepId] as const] : [])));

async function expectDoneOnce(buyer: Buyer, key: string, before: Map<string, string>) {
  const run = await getRun(buyer, key);
  expect([run.state, run.status]).toEqual(["completed", "completed"]);
  expect(
    run.steps.map(({ name, status }: { name: string; status: string }) => [name, status]),
  ).toEqual(STEPS.map((name) => [name, "done"]));
  for (const [name, id] of before) expect(stepIdsOf(run).get(name), name).toBe(id);
  expect(await deedsOf(stack.sql, run.orderId)).toEqual(eachOnce);
  expect(await booksOf(stack.sql, run.orderId)).toEqual(paidOnce());
  const references =
    await stack.sql`select reference from suppliers.journal where order_id = ${run.orderId}`;
  const ids = new Set(stepIdsOf(run).values());
  for (const { reference } of references) expect(ids).toContain(reference);
  return run;
}

test.each(TEN)(
  "kill -9 $point $step: the client asks again, each effect is there once, under the same step ids, and the run is completed",
  async ({ point, step }) => {
    const buyer = await Buyer.arrives(stack.services);
    const key = uuidv7();
    expect(await runInProcess(buyer.account, key, { point, step })).toBe("SIGKILL");
    const died = await getRun(buyer, key);
    expect(died.state).toBe("in_progress");
    expect(died.recoveryPoint).toBe(STEPS[STEPS.indexOf(step) - 1]);

    const again = () => buyer.mutate("agent.run", { idempotencyKey: key, goal: GOAL });
    await expect.poll(async () => (await again()).status, { timeout: 30_000 }).toBe(200);
    const run = await expectDoneOnce(buyer, key, stepIdsOf(died));
    const skipped = run.steps.filter((one: { skipped: boolean }) => one.skipped);
    expect(skipped.map(({ name }: { name: string }) => name)).toEqual(
      STEPS.slice(0, STEPS.indexOf(step)),
    );
    expect(run.attempts).toBe(2);
  },
  60_000,
);

test("kill -9 after each step's effect, and the client never comes back: the completer finishes all five runs", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const runs = STEPS.map((step) => ({ step, key: uuidv7() }));
  for (const { step, key } of runs) {
    const ended = await runInProcess(buyer.account, key, { point: "after-provider", step });
    expect(ended, step).toBe("SIGKILL");
  }
  const stop = startCompleter(stack.services);
  try {
    for (const { key } of runs) {
      const state = async () => (await getRun(buyer, key)).state;
      await expect.poll(state, { timeout: 30_000 }).toBe("completed");
    }
  } finally {
    await stop();
  }
  for (const { key } of runs) await expectDoneOnce(buyer, key, new Map());
  for (const { id, holds } of Object((await buyer.query("audit.invariants")).result))
    expect(holds, id).toBe(true);
}, 180_000);

test("one run that is killed after each step's effect and again after its record: ten deaths, each effect once", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const key = uuidv7();
  let lives = 0;
  for (const step of STEPS) {
    for (const point of ["after-provider", "after-commit"] as const) {
      await leaseIsOver(key);
      expect(await runInProcess(buyer.account, key, { point, step }), `${point} ${step}`).toBe(
        "SIGKILL",
      );
      lives += 1;
    }
  }
  await leaseIsOver(key);
  const before = stepIdsOf(await getRun(buyer, key));
  expect(await runInProcess(buyer.account, key)).toBe(0);
  const run = await expectDoneOnce(buyer, key, before);
  expect(run.attempts).toBe(lives + 1);
}, 240_000);

async function leaseIsOver(key: string): Promise<void> {
  const over = async () => {
    const [row] =
      await stack.sql`select lease_until <= clock_timestamp() as over from idempotency_keys where key = ${key}`;
    return row?.["over"] ?? true;
  };
  await expect.poll(over, { timeout: 10_000, interval: 50 }).toBe(true);
}
