import { PAYMENT_METHODS } from "../payments/provider.ts";
import { NUMBERS } from "./numbers.ts";
import type { Planner, PlanRequest } from "./planner.ts";

/** The planner without a model: the same goal and the same goods give the same proposal, at once and offline. */
export const planByRules: Planner = {
  name: "rules",
  timeoutMs: undefined,
  plan: async (request) => ({
    items: itemsOf(request),
    delivery: /\b(express|fast|quick|today|tomorrow|urgent)/i.test(request.goal)
      ? "express"
      : "standard",
    paymentMethod: methodOf(request.goal),
    email: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(request.goal)?.[0],
  }),
};

/** "2 teas", "two mugs", "a kettle", "3 x tea", or just "tea". */
function itemsOf({ goal, catalogue }: PlanRequest): { sku: string; quantity: number }[] {
  return catalogue.flatMap(({ sku }) => {
    const found = new RegExp(`(?:(\\d{1,4})\\s*[x×]?\\s*|\\b(\\w+)\\s+)?\\b${sku}s?\\b`, "i").exec(
      goal,
    );
    if (!found) return [];
    const word = NUMBERS.indexOf((found[2] ?? "").toLowerCase());
    const quantity = found[1] !== undefined ? Number(found[1]) : Math.abs(word);
    return quantity === 0 ? [] : [{ sku, quantity }];
  });
}

/** A test token that stands in the goal, or a brand of one; else the first. */
function methodOf(goal: string): string {
  const named = PAYMENT_METHODS.find(({ token }) => new RegExp(`\\b${token}\\b`).test(goal));
  const branded = PAYMENT_METHODS.find(({ brand }) => new RegExp(`\\b${brand}\\b`, "i").test(goal));
  return (named ?? branded ?? PAYMENT_METHODS[0]).token;
}
