import fc from "fast-check";
import { expect, test } from "vitest";
import { classify, codeOf, constraintOf, isRefusedForGood } from "./classify.ts";

/** RELIABILITY 1.6, row by row. */
const NOT_DONE = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "CONNECT_TIMEOUT",
  "08001",
  "08004",
  "53300",
  "57P03",
  "POOL_BUSY",
];
const REFUSED = [
  "57014",
  "22001",
  "22P02",
  "23505",
  "23514",
  "23000",
  "42501",
  "42P01",
  "53100",
  "25006",
  "26000",
  "0A000",
  "20000",
  "2F005",
  "3F000",
  "44000",
  "54000",
  "P0001",
];
const RUN_AGAIN = ["40001", "40P01", "55P03"];
const UNKNOWN = [
  "57P01",
  "57P02",
  "08006",
  "08003",
  "08007",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "XX000",
  "40003",
  "25P02",
];

function failing(code: unknown, depth: number): Error {
  const error: Error = Object.assign(new Error("of no importance"), { code });
  return depth === 0 ? error : new Error(`level ${depth}`, { cause: failing(code, depth - 1) });
}

test.each([
  ...[...NOT_DONE, ...REFUSED].map((code) => [code, "not-done"] as const),
  ...RUN_AGAIN.map((code) => [code, "run-again"] as const),
  ...UNKNOWN.map((code) => [code, "unknown"] as const),
])("%s says that the statement is %s, through two levels of cause", (code, verdict) => {
  for (const depth of [0, 1, 2]) {
    expect(classify(failing(code, depth))).toBe(verdict);
    expect(codeOf(failing(code, depth))).toBe(code);
  }
});

test("whatever is thrown and is not in the table is unknown", () => {
  const known = new Set([
    ...NOT_DONE,
    ...RUN_AGAIN,
    "57014",
    "53100",
    "25006",
    "26000",
    "EAI_AGAIN",
  ]);
  const listed = (code: unknown) =>
    typeof code === "string" &&
    (known.has(code) || /^(0A|20|21|22|23|27|2F|3F|42|44|54|P0)[0-9A-Z]{3}$/.test(code));
  fc.assert(
    fc.property(
      fc.anything(),
      fc.oneof(fc.string(), fc.stringMatching(/^[0-9A-Z]{5}$/), fc.anything()),
      fc.nat(3),
      (thrown, code, depth) => {
        fc.pre(!listed(code));
        expect(classify(failing(code, depth))).toBe("unknown");
        if (typeof thrown !== "object") expect(classify(thrown)).toBe("unknown");
      },
    ),
    { numRuns: 2_000 },
  );
});

test("the message decides nothing", () => {
  for (const message of [
    "duplicate key value violates unique constraint",
    "connect ECONNREFUSED",
    "40001",
  ]) {
    expect(classify(new Error(message))).toBe("unknown");
  }
});

test("a cause that goes round in a circle ends", () => {
  const error = new Error("round");
  error.cause = error;
  expect(classify(error)).toBe("unknown");
});

test("values that Postgres will never take are told apart from a server in trouble", () => {
  const refused = ["23505", "22001", "42501", "21000", "27000", "P0001", "UNWRITABLE_EFFECT"];
  expect(refused.filter((code) => isRefusedForGood(failing(code, 1)))).toEqual(refused);
  expect(refused.map((code) => classify(failing(code, 1)))).toEqual(refused.map(() => "not-done"));
  expect(
    ["57014", "53100", "40001", "ECONNRESET", "2300"].map((code) =>
      isRefusedForGood(failing(code, 1)),
    ),
  ).toEqual(Array(5).fill(false));
});

test.each(["GetNewTransactionId", "GetNewMultiXactId"])(
  "numbers that have run out are no refusal for good, although 54000 is one: %s",
  (routine) => {
    const error = new Error("query", { cause: { code: "54000", routine } });
    expect(classify(error)).toBe("not-done");
    expect(isRefusedForGood(error)).toBe(false);
    const tooLong = new Error("query", { cause: { code: "54000", routine: "index_form_tuple" } });
    expect(isRefusedForGood(tooLong)).toBe(true);
  },
);

test("a constraint's name is found in either driver's spelling, under Drizzle's own error", () => {
  const name = "idempotency_one_per_order";
  expect(
    constraintOf(new Error("query", { cause: { code: "23505", constraint_name: name } })),
  ).toBe(name);
  expect(constraintOf(new Error("query", { cause: { code: "23505", constraint: name } }))).toBe(
    name,
  );
});
