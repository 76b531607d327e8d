import { z } from "zod";
import { items } from "../orders/order.ts";
import { paymentMethod } from "../payments/provider.ts";
import { budgetOf } from "./budget-of.ts";
import type { PlanRequest } from "./planner.ts";

const proposal = z.object({
  items,
  delivery: z.enum(["standard", "express"]).default("standard"),
  paymentMethod: paymentMethod.default("pm_card_visa"),
  email: z.email().max(254).nullish(),
});

export interface Purchase {
  decision: "buy";
  planner: string;
  items: { sku: string; quantity: number }[];
  /** At the prices that were frozen with the question. */
  lines: { sku: string; name: string; quantity: number; unitAmount: number }[];
  /** Minor units of EUR. */
  total: number;
  delivery: "standard" | "express";
  paymentMethod: string;
  email?: string;
}

/** What is recorded as the result of the step `plan`, whoever proposed it. */
export type Plan = Purchase | { decision: "refuse"; planner: string; because: string };

/**
 * Takes a proposal for what it is: text from outside. The server knows the goods, prices the cart and keeps to the
 * budget of the goal; a proposal that does not fit is a decision too, "refuse", and nothing is done.
 */
export function decide(planner: string, { goal, catalogue }: PlanRequest, proposed: unknown): Plan {
  const refuse = (because: string): Plan => ({ decision: "refuse", planner, because });
  const { data, error } = proposal.safeParse(proposed);
  if (error) {
    const [issue] = error.issues;
    return refuse(
      `The plan cannot be carried out: ${issue?.path.join(".") || "plan"}: ${issue?.message}`,
    );
  }
  const lines = [];
  for (const { sku, quantity } of data.items) {
    const item = catalogue.find((sold) => sold.sku === sku);
    if (item === undefined) return refuse(`This shop does not sell "${sku}".`);
    lines.push({ sku, name: item.name, quantity, unitAmount: item.unitAmount });
  }
  const total = lines.reduce((sum, line) => sum + line.quantity * line.unitAmount, 0);
  const budget = budgetOf({ goal, catalogue });
  if (budget === "unclear") {
    return refuse(
      'How much may be spent is not clear: the goal speaks of money, or has a number that counts neither goods nor days. Say it like "at most 30 euros". Nothing was bought or charged.',
    );
  }
  if (budget !== undefined && total > budget) {
    return refuse(`The plan costs ${euros(total)}, the goal allows ${euros(budget)}.`);
  }
  const { email, ...rest } = data;
  return { decision: "buy", planner, ...rest, lines, total, ...(email && { email }) };
}

function euros(amount: number): string {
  return `€${(amount / 100).toFixed(2)}`;
}
