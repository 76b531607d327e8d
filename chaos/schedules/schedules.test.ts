import { describe, expect, test } from "vitest";
import { openPlace } from "../histories/open-place.ts";
import { report } from "../histories/run-many.ts";
import type { Shape } from "../histories/step.ts";
import { SOUND, type Variant } from "../histories/variant.ts";
import { KNOWN_BAD } from "../known-bad/table.ts";
import { explore, type Troubles } from "./explore.ts";

const PAYMENT: Shape = {
  bank: "honest",
  marks: "in the claim",
  commits: "by statements",
  steps: 1,
  extra: "nothing",
  again: false,
  orders: true,
  healer: "the client",
};
const ROWS: Shape = { ...PAYMENT, commits: "rows only" };
const LIFTED: Shape = {
  ...PAYMENT,
  bank: "amnesic",
  marks: "at its step",
  healer: "the completer",
};
const TWO: Troubles = { attempts: 2, deaths: 0, leaseEnds: 1, bank: 0 };

async function exploreAlone(shape: Shape, troubles: Troubles, variant: Variant = SOUND) {
  const place = await openPlace(variant);
  try {
    const startedAt = performance.now();
    const explored = await explore(place, { shape, troubles, variant });
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    console.log(`${explored.schedules} schedules of up to ${explored.longest} steps: ${seconds} s`);
    return explored;
  } finally {
    await place.close();
  }
}

describe("every order in which attempts of one intent can take their statements and calls hurts nothing", () => {
  test.for([
    ["two as checkout.pay, a lease that ends at any moment", PAYMENT, TWO, 2_000],
    [
      "two as checkout.pay, one of which dies anywhere",
      PAYMENT,
      { ...TWO, deaths: 1, leaseEnds: 0 },
      150,
    ],
    [
      "two as checkout.pay, a bank that loses or refuses one call",
      PAYMENT,
      { ...TWO, bank: 1, leaseEnds: 0 },
      100,
    ],
    [
      "two under a bank that forgets keys, the mark at its step",
      LIFTED,
      { ...TWO, leaseEnds: 0 },
      50,
    ],
    ["three as recordOnce", ROWS, { ...TWO, attempts: 3, leaseEnds: 0 }, 50],
  ] as const)("%s", { timeout: 300_000 }, async ([, shape, troubles, least]) => {
    const { schedules, found } = await exploreAlone(shape, troubles);
    expect(found && report(found)).toBeUndefined();
    // Fewer would mean that an attempt is no longer held where it can be overtaken.
    expect(schedules).toBeGreaterThan(least);
  });
});

describe("and finds what is missing", () => {
  test.for(
    KNOWN_BAD.filter(({ name }) =>
      [
        "no fence in the commit",
        "no fence in the mark before a send",
        "a take-over keeps the fence",
        "check, then act: the key is read by one statement and taken by the next",
      ].includes(name),
    ),
  )("$name", { timeout: 300_000 }, async ({ hurts, ...variant }) => {
    const { found } = await exploreAlone({ ...PAYMENT, marks: "at its step" }, TWO, variant);
    const [first] = found?.violations ?? [];
    console.log(`${first?.property}, ${first?.said}`);
    expect(hurts).toContain(first?.property);
  });
});
