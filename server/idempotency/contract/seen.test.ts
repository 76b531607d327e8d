import type { test as nodesTest } from "node:test";
import { describe, expect, test, vi } from "vitest";
import {
  type ContractCall,
  type ContractReply,
  type ContractSubject,
  describeIdempotency,
  testIdempotency,
} from "./index.ts";

const isKey = (key = "") =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(key);

type Fault = "its keys are every procedure's" | "forgets what was declined";

/** A procedure in memory that keeps every promise but these. It takes its time, and has a twin that takes the same input. */
function inMemory({ takesMs = 0, fault }: { takesMs?: number; fault?: Fault } = {}) {
  const effects = new Map<string, number>();
  const rows = new Map<string, { request: string; reply: Promise<ContractReply> }>();
  const sideEffects = async (account: string) => effects.get(account) ?? 0;

  async function buy(account: string, isDeclined: boolean): Promise<ContractReply> {
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    const count = (effects.get(account) ?? 0) + 1;
    if (!isDeclined) effects.set(account, count);
    return { status: 200, body: isDeclined ? "declined" : `sale ${count}` };
  }
  async function ask(procedure: string, { account, key, input }: ContractCall, isDeclined = false) {
    if (!isKey(key) || input === "invalid") return { status: 400, body: "KEY_INVALID" };
    const place = `${account} ${key}`;
    const request = fault === "its keys are every procedure's" ? input : `${procedure} ${input}`;
    const row = rows.get(place);
    if (row && row.request !== request) return { status: 422, body: "KEY_REUSED" };
    const reply = row?.reply ?? buy(account, isDeclined);
    if (!isDeclined || fault !== "forgets what was declined") rows.set(place, { request, reply });
    return await reply;
  }
  return {
    call: (call: ContractCall) => ask("buy", call),
    callOther: (call: ContractCall) => ask("gift", call),
    decline: (call: ContractCall) => ask("buy", call, true),
    loseAnswer: async (call: ContractCall) => void (await ask("buy", call)),
    sideEffects,
    accounts: ["ann", "bob"] as const,
    refusesInvalid: true,
    settleWithinMs: 200,
  };
}

async function judge(subject: ContractSubject, promise: string) {
  const { scenarios } = await describeIdempotency(subject);
  return scenarios.find(({ name }) => name.startsWith(promise));
}

describe("a fault that was not made is told, and nothing is called kept for it", () => {
  const right = inMemory();
  const nothingLost: [what: string, loseAnswer: ContractSubject["loseAnswer"], told: string][] = [
    ["does nothing", async () => {}, "200 ms after loseAnswer there is no effect"],
    [
      "never reaches the server",
      () => Promise.reject(new Error("ECONNREFUSED")),
      "200 ms after loseAnswer there is no effect",
    ],
    [
      "asks at another door",
      async () => ({ status: 404, body: "" }),
      "200 ms after loseAnswer there is no effect, it brought 404",
    ],
    ["brings its answer", right.call, "loseAnswer brought an answer (200)"],
  ];
  test.each(nothingLost)("where loseAnswer %s", async (_what, loseAnswer, told) => {
    expect(
      await judge({ ...right, ...(loseAnswer && { loseAnswer }) }, "an answer that was"),
    ).toMatchObject({
      outcome: "broken",
      because: `the fault was not seen: ${told}`,
    });
  });

  test("and one whose effect comes later than its connection breaks is waited for", async () => {
    const loseAnswer = async (call: ContractCall) => {
      setTimeout(() => void right.call(call), 50);
      throw new Error("socket hang up");
    };
    expect(await judge({ ...right, loseAnswer }, "an answer that was")).toMatchObject({
      outcome: "holds",
    });
  });

  test("one account under two names is not two", async () => {
    expect(
      await judge({ ...right, accounts: ["ann", "ann"] }, "the same key of two"),
    ).toMatchObject({
      outcome: "skipped",
      because: "needs two accounts",
    });
  });
});

describe("what only a subject can bring about", () => {
  test.each(["a key of another", "a decline is"])(
    "%s …: kept by whoever keeps it",
    async (promise) => {
      expect(await judge(inMemory(), promise)).toMatchObject({ outcome: "holds" });
    },
  );

  test("one key for all procedures gives one's answer to the other", async () => {
    const subject = inMemory({ fault: "its keys are every procedure's" });
    expect(await judge(subject, "a key of another")).toMatchObject({
      outcome: "broken",
      because: "the other procedure is refused with 422",
    });
  });

  test("a decline that is not stored is a sale the second time", async () => {
    const subject = inMemory({ fault: "forgets what was declined" });
    expect(await judge(subject, "a decline is")).toMatchObject({
      outcome: "broken",
      because: "it is given again with its bytes",
    });
  });

  test("a `decline` that is granted, or by which nothing is granted afterwards, is told", async () => {
    const { call, decline, ...right } = inMemory();
    expect(await judge({ ...right, call, decline: call }, "a decline is")).toMatchObject({
      because: "nothing happens under a key that was declined",
    });
    expect(await judge({ ...right, call: decline, decline }, "a decline is")).toMatchObject({
      because: "the fault was not seen: another key is not granted either",
    });
  });
});

describe("in a test runner whose tests may take 200 ms", () => {
  vi.setConfig({ testTimeout: 200 });
  testIdempotency(test, inMemory({ takesMs: 60 }));
  vi.resetConfig();
});

test("what cannot be tried is registered as skipped, with what it needs", () => {
  const skipped: string[] = [];
  const { call, sideEffects } = inMemory();
  const runner = Object.assign(() => {}, { skip: (name: string) => void skipped.push(name) });
  testIdempotency(runner, { call, sideEffects });
  expect(skipped.map((name) => name.replace(/.* \(/, ""))).toEqual(
    ["refusesInvalid", "two accounts", "loseAnswer", "callOther", "decline"].map(
      (what) => `needs ${what})`,
    ),
  );
});

// Compiles: node's takes its time-out elsewhere, has none unless told, and reads no third argument.
void ((test: typeof nodesTest) => testIdempotency(test, inMemory()));
