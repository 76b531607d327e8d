import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, fingerprint } from "./fingerprint.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const json: fc.Arbitrary<Json> = fc.letrec<{
  value: Json;
  leaf: Json;
  list: Json[];
  object: Record<string, Json>;
}>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, tie("leaf"), tie("list"), tie("object")),
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("10.5", "true", "", "\u20ac", "\r", "\ufb33", "\u{1f600}", "</script>"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("1", "10", "2", "\u{1f600}", "\ufb33", "__proto__"),
    ),
    tie("value"),
    { maxKeys: 5 },
  ),
})).value;

/** The same value with the members of every object in another order. */
function shuffled(value: Json, seed: number): Json {
  if (Array.isArray(value)) return value.map((item, at) => shuffled(item, seed + at));
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).map(
    ([name, member]) => [name, shuffled(member, seed + 1)] as const,
  );
  const at = seed % Math.max(1, members.length);
  return Object.fromEntries([...members.slice(at), ...members.slice(0, at)].reverse());
}

test("canonical JSON is that of RFC 8785, as its reference implementation writes it", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }),
    { numRuns: 2_000 },
  );
});

test("member order and white space change nothing, 1,000 shuffles at every depth (powertools-lambda-python#638)", () => {
  fc.assert(
    fc.property(json, fc.nat(1_000), (value, seed) => {
      const spaced: Json = JSON.parse(JSON.stringify(shuffled(value, seed), null, 1 + (seed % 9)));
      expect(fingerprint(canonicalJson(spaced))).toBe(fingerprint(canonicalJson(value)));
    }),
    { numRuns: 1_000 },
  );
});

test("an array in another order is another request", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { minLength: 2 }), (list) => {
      expect(fingerprint(canonicalJson([...list].reverse()))).not.toBe(
        fingerprint(canonicalJson(list)),
      );
    }),
  );
});

test("two requests have one fingerprint only when they are equal", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const same = canonicalize(a) === canonicalize(b);
      expect(fingerprint(canonicalJson(a)) === fingerprint(canonicalJson(b))).toBe(same);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, unknown]>([
  ["a form", new FormData()],
  ["a file", new Blob(["10"])],
  ["a map", new Map([["a", 1]])],
  ["a date", new Date(0)],
  ["bytes", new Uint8Array([1])],
  ["a form inside", { amount: new FormData() }],
  ["NaN", Number.NaN],
  ["infinity", [Number.POSITIVE_INFINITY]],
  ["a bigint", { amount: 1n }],
  ["nothing", undefined],
  ["a function", () => 1],
])("%s has no fingerprint: it would look like {} or like null", (_what, value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});
