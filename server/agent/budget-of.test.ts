import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import { planByRules } from "./plan-by-rules.ts";

const catalogue = [
  { sku: "tea", name: "Tea, 100 g", unitAmount: 999 },
  { sku: "mug", name: "Mug", unitAmount: 2_400 },
  { sku: "kettle", name: "Kettle", unitAmount: 4_800 },
];

/** What becomes of a goal: what is bought for, or why not. */
async function decided(goal: string) {
  const plan = decide("rules", { goal, catalogue }, await planByRules.plan({ goal, catalogue }));
  return plan.decision === "buy" ? plan.total : plan.because;
}

test.each([
  "Buy 5 mugs, at most 30 euros",
  "Buy 5 mugs for at most €30.00",
  "Buy 5 mugs, max. 30 euros",
  "Buy 5 mugs, max.30 euros",
  "Buy 5 mugs, maximum of 30 euros",
  "Buy 5 mugs for less than 30 euros",
  "Buy 5 mugs for under 30 euros",
  "Buy 5 mugs for 30 euros at most",
  "Buy 5 mugs, I can spend €30 at the most",
  "Buy 5 mugs, 30 EUR or less",
  "Buy 5 mugs, 30€ tops",
  "Buy 5 mugs, limit 30 euros",
  "Buy 5 mugs, the limit is 30",
  "Buy 5 mugs, budget = 30 euros",
  "Buy 5 mugs, budget €30",
  "Buy 5 mugs, my budget: EUR 30",
  "Buy 5 mugs, limited to 30 euros",
  "Buy 5 mugs on a 30-euro budget",
  "Buy 5 mugs for no more than EUR30",
  "Buy 5 mugs, not over 30 euros",
  "Buy 5 mugs and don't spend more than 30,00 euros",
  "Buy 5 mugs, must not exceed 30 €",
  "Buy 5 mugs, max 30",
  "Buy 5 mugs, <= 30",
  "Buy 5 mugs, ≤ 30",
  "Buy 5 mugs, at m\u200Bost 30",
  "Buy 5 mugs, max ３０",
  "Buy up to 90 teas, for at most 30 euros",
  "Buy within 150 days 5 mugs, at most €30",
  "Buy 5 mugs, at most 1,000 euros in a year and at most 30 euros now",
])("no more is spent than the goal allows: %s", async (goal) => {
  expect(await decided(goal)).toMatch(/the goal allows €30\.00/);
});

test.each([
  "Buy 5 mugs for 30 euros",
  "Buy 5 mugs for thirty euros",
  "Buy 5 mugs, at most thirty",
  "Buy 5 mugs, 30 at most",
  "Buy 5 mugs, at most $30",
  "Buy 5 mugs, at most 30 dollars",
  "Buy 5 mugs, at most 30 euros and 50 cents",
  "Buy 5 mugs, at most 3000 cents",
  "Buy 5 mugs, at most 1 000 euros",
  "Buy 5 mugs, at most 30k",
  "Buy 5 mugs, at least 30 euros",
  "Buy 5 mugs within my budget",
  "Buy at most 5 mugs, 30 euros",
  "Buy 5 mugs, 30 max",
  "Buy 5 mugs, 30 tops",
  "Buy 5 mugs, 30 or less",
  "Buy 5 mugs for under thirty",
  "Buy 5 mugs, up to thirty-five",
  "Buy 5 mugs for under a tenner",
  "Buy 5 mugs, cap it at 30",
  "Buy 5 mugs, max price 30",
  "Buy 5 mugs, max total: 30",
  "Buy 5 mugs, up to a total of 30",
  "Buy 5 mugs, < about 30",
  "Buy 5 mugs for 30",
  "Buy 5 mugs, I only have thirty",
  "Buy 5 mugs, nothing above 30",
  "Buy 5 mugs, max ٣٠",
  "Buy 5 mugs, at most 1,000 euros, better 30 max",
])(
  "a goal that speaks of money in other words is asked about, and buys nothing: %s",
  async (goal) => {
    expect(await decided(goal)).toMatch(/at most 30 euros".*Nothing was bought or charged/);
  },
);

test.each([
  ["Buy two teas and a mug, express, for at most 60 euros", 4_398],
  ["Buy a kettle for under 1,000 euros", 4_800],
  ["Buy a kettle, at most 48", 4_800],
  ["Buy a kettle, at most €48.00", 4_800],
  ["Buy at most two teas", 1_998],
  ["Buy up to 3 mugs within 2 days", 7_200],
  ["Buy two mugs within three business days", 4_800],
  ["Something to put under the desk: a mug, to max@example.com", 2_400],
  ["Buy a limited edition mug", 2_400],
  ["Buy one limited edition mug", 2_400],
  ["Buy 2 mugs of at most 500 g", 4_800],
  ["Buy a mug to 12 Main Street, at most 30 euros", 2_400],
  ["Buy 2 mugs and, within 3 days, 1 tea", 5_799],
  ["3 x kettle with mastercard", 14_400],
])("what a goal allows, or sets no limit to, is bought: %s", async (goal, total) => {
  expect(await decided(goal)).toBe(total);
});
