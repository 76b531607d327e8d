import type { Order } from "../trpc/outputs.ts";

export type ReceiptState = "paid" | "refunded" | "unknown" | "review" | "not-paid" | "looking";

/** Where the order stands, from the server's own record of it. An unfinished payment is unknown, never "not paid". */
export function stateOf(order: Order | undefined): ReceiptState {
  if (order === undefined) return "looking";
  if (order.status !== "draft") return order.status;
  const states = order.intents.map(({ state }) => state);
  if (states.includes("needs_review")) return "review";
  return states.some((state) => state === "in_progress" || state === "unknown")
    ? "unknown"
    : "not-paid";
}
