export interface NamedPlan {
  /** As `X-Fault-Plan` writes it (CONTRACT section 4); "" arms nothing. */
  plan: string;
  name: string;
  sentence: string;
}

/** The faults a shopper can pick for one payment. All of them happen for real, on the server, in this account only. */
export const namedPlans: readonly NamedPlan[] = [
  {
    plan: "lose-response@1",
    name: "Lose the answer",
    sentence: "The bank takes the money, then the connection drops before you hear of it.",
  },
  { plan: "", name: "Nothing", sentence: "The easy case, for comparison." },
  {
    plan: "lose-request@1",
    name: "Lose the request",
    sentence: "The connection drops before the server has read anything.",
  },
  {
    plan: "deliver-twice@1",
    name: "Deliver it twice",
    sentence: "The same request is handled twice at the same moment.",
  },
  {
    plan: "crash-after-provider@1",
    name: "Crash after the charge",
    sentence: "The process dies between the bank's yes and writing it down.",
  },
  {
    plan: "provider-timeout@1",
    name: "The bank goes silent",
    sentence: "The bank takes the money and never answers the shop.",
  },
  {
    plan: "database-drop-after-commit@1",
    name: "Commit in doubt",
    sentence: "The database saves everything, and its connection dies before it can say so.",
  },
];

/** A plan's name for people; plans that are not in the list are shown as written. */
export function nameOfPlan(plan: string): string {
  return namedPlans.find((named) => named.plan === plan)?.name ?? plan;
}

/** How many faults a plan arms: its comma-separated entries. */
export function countFaults(plan: string): number {
  return plan.split(",").filter((entry) => entry.trim() !== "").length;
}
