import { describe, expect, test } from "vitest";
import { type ContractCall, type ContractSubject, describeIdempotency } from "./index.ts";

const isKey = (key = "") =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(key);

/** A procedure that keeps every promise, in memory. */
function rightOne() {
  const effects = new Map<string, number>();
  const rows = new Map<string, { input: string; body: string }>();
  async function call({ account, key, input }: ContractCall) {
    if (!isKey(key) || input === "invalid") return { status: 400, body: "KEY_INVALID" };
    const row = rows.get(`${account} ${key}`);
    if (row)
      return row.input === input ? { status: 200, ...row } : { status: 422, body: "KEY_REUSED" };
    const count = (effects.get(account) ?? 0) + 1;
    effects.set(account, count);
    rows.set(`${account} ${key}`, { input, body: `sale ${count}` });
    return { status: 200, body: `sale ${count}` };
  }
  const sideEffects = async (account: string) => effects.get(account) ?? 0;
  return { call, sideEffects, settleWithinMs: 200 };
}

async function judge(subject: ContractSubject, promise: string) {
  const { scenarios } = await describeIdempotency(subject);
  return scenarios.find(({ name }) => name.startsWith(promise));
}

describe("a fault that was not made is told, and nothing is called kept for it", () => {
  const right = rightOne();
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
