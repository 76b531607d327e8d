import { expect, test } from "vitest";
import { parseAmount } from "./parse-amount.ts";

test.each([
  ["5", 500],
  ["5.1", 510],
  ["5,10", 510],
  ["67.96", 6_796],
  [" € 19.99 ", 1_999],
  ["0.07", 7],
  ["999999.99", 99_999_999],
])("'%s' is %i cents, by its digits and never through a float", (text, cents) => {
  expect(parseAmount(text)).toBe(cents);
});

test.each(["", "five", "-5", "5.001", "1e3", "5.", ".5", "1 000", "5.5.5", "0x10", "1234567"])(
  "'%s' is no amount, and nobody guesses one",
  (text) => {
    expect(parseAmount(text)).toBeUndefined();
  },
);
