import fc from "fast-check";
import { expect, it } from "vitest";
import { formatMoney } from "./money.ts";

const byTheBrowser = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

it("an amount in euro is written as the browser itself would write it", () => {
  const amounts = fc.oneof(
    fc.integer({ min: -10_000, max: 10_000 }),
    fc.integer({ min: -(10 ** 13), max: 10 ** 13 }),
  );
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(formatMoney(amount, "EUR")).toBe(byTheBrowser.format(amount / 100));
    }),
  );
});

it("other currencies are the browser's", () => {
  expect(formatMoney(1_234_56, "USD")).toBe("US$1,234.56");
});
