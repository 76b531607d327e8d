import { expect, test } from "vitest";
import { runOnce } from "./run-once.ts";
import { Intent, LIMITS, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { IdempotencyError } from "./errors.ts";

const db = packageUnderTest();

function commits(
  intent: Intent,
  answer: unknown,
  more: { procedure?: string; check?(value: unknown): unknown } = {},
) {
  return runOnce({
    store: db.pool.db,
    account: intent.account,
    key: intent.key,
    procedure: "test.anything",
    input: {},
    namespace: "test",
    limits: LIMITS,
    handler: (attempt) => attempt.commit(answer),
    ...more,
  });
}

test.each<[string, unknown]>([
  ["an object", { z: 1, a: { nested: [true, null] }, "10": "ten" }],
  ["an array", [3, 1, 2]],
  ["text that looks like a number", "10.5"],
  ["text that looks like a truth", "true"],
  ["true", true],
  ["null", null],
  ["zero", 0],
  ["a big number", 1e21],
  ["NUL and other characters", "a\u0000b\u2028\u{1f600}"],
  ["an empty text", ""],
])(
  "%s is given back byte for byte: the first time, the second and the tenth",
  async (_what, answer) => {
    const intent = new Intent(db.pool);
    const first = await commits(intent, answer);
    expect(first).toEqual({ text: JSON.stringify(answer), replayed: false, attempt: 1 });
    for (let time = 2; time <= 10; time += 1) {
      expect(await commits(intent, "another")).toEqual({ ...first, replayed: true });
    }
    expect(JSON.parse(first.text)).toEqual(answer);
  },
);

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["a function", () => 1],
  ["256 KiB and one byte", "a".repeat(256 * 1024 - 1)],
])("%s is no answer: it is refused before the commit and stored nowhere", async (_what, answer) => {
  const intent = new Intent(db.pool);
  await expect(commits(intent, answer)).rejects.toMatchObject({ code: "RELEASED" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "released", answer: null });
});

test("256 KiB are an answer", async () => {
  const answer = "a".repeat(256 * 1024 - 2);
  expect((await commits(new Intent(db.pool), answer)).text).toHaveLength(256 * 1024);
});

test("an answer that does not pass its check is never stored, and what passes is what is stored", async () => {
  const intent = new Intent(db.pool);
  const check = (value: unknown) => {
    if (value === "wrong") throw new TypeError("not an answer");
    return { checked: value };
  };
  await expect(commits(intent, "wrong", { check })).rejects.toBeInstanceOf(IdempotencyError);
  expect((await commits(intent, "right", { check })).text).toBe('{"checked":"right"}');
});

test("the key of one procedure sent to another is KEY_REUSED, and the first one's row is untouched (stripe-ruby#598)", async () => {
  const intent = new Intent(db.pool);
  const first = await commits(intent, "paid");
  await expect(commits(intent, "refunded", { procedure: "test.refund" })).rejects.toMatchObject({
    code: "KEY_REUSED",
  });
  expect(await commits(intent, "paid")).toEqual({ ...first, replayed: true });
});

test("what was taken and cannot be booked waits for a person, and the order stays blocked", async () => {
  await db.owner`alter table effects add constraint not_today check (order_id <> 'unbookable')`;
  const intent = new Intent(db.pool, { orderId: "unbookable" });
  await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review", effects: 0 });
  // By which the person finds it at the bank.
  const [step] = await db.owner`select result from idempotency_steps where key = ${intent.key}`;
  expect(JSON.parse(String(step?.["result"]))).toEqual({
    reference: intent.bank.charges[0]?.providerKey,
  });
  await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  const other = new Intent(db.pool, { account: intent.account, orderId: "unbookable" });
  await expect(other.run()).rejects.toMatchObject({
    code: "ORDER_BUSY",
    detail: { intentId: intent.key },
  });
  expect([intent.bank.charges.length, other.bank.charges.length]).toEqual([1, 0]);
});
