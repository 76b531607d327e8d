import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Intent, LIMITS, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { recordOnce, runOnce } from "./index.ts";

const db = packageUnderTest();

class Money {
  #cents = 5;
  get cents() {
    return this.#cents;
  }
}

const of = ({ account, key }: Intent) => ({
  store: db.pool.db,
  account,
  key,
  procedure: "buy",
  input: {},
});
const commits = (intent: Intent, answer: unknown) =>
  runOnce({
    ...of(intent),
    namespace: "test",
    limits: LIMITS,
    handler: (attempt) => attempt.commit(answer),
  });

test.each<[string, unknown]>([
  ["a class whose getters JSON does not see", { price: new Money() }],
  ["a Map", { rows: new Map([["tea", 1]]) }],
  ["an error", new Error("no")],
  ["bytes", new Uint8Array([1])],
  ["a number that is none", { cents: NaN }],
  ["a number without end", [Infinity]],
  ["a function in a member", { again: () => 1 }],
  ["a symbol", [Symbol("tea")]],
])(
  "%s is refused in the first run, before the commit, and never stored as {} or null",
  async (_, answer) => {
    const intent = new Intent(db.pool);
    await expect(commits(intent, answer)).rejects.toMatchObject({
      code: "RELEASED",
      cause: expect.any(TypeError),
    });
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "released", answer: null });
    const other = new Intent(db.pool);
    await expect(recordOnce({ ...of(other), answer, effects: [] })).rejects.toThrow(TypeError);
    expect(await rowOf(db.owner, other)).toBeUndefined();
  },
);

test.each<[string, unknown, string]>([
  ["a date", { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ["what says itself how it is written", { toJSON: () => ["tea"] }, '["tea"]'],
  ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ["another realm's object", runInNewContext("({ rows: [{ a: 1 }] })"), '{"rows":[{"a":1}]}'],
  ["a member that is left out", { a: undefined, b: 1 }, '{"b":1}'],
])("%s is stored as JSON writes it", async (_, answer, text) => {
  expect(await commits(new Intent(db.pool), answer)).toMatchObject({ text });
});
