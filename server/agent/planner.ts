/** What a planner is told. Frozen before the first ask, prices included. */
export interface PlanRequest {
  goal: string;
  catalogue: { sku: string; name: string; unitAmount: number }[];
}

/**
 * The port. What it gives is a proposal by a stranger: `decide` checks and prices it before anything is done. It may
 * answer differently every time; only the answer that was recorded counts.
 */
export interface Planner {
  /** Shown with the plan: "rules", or the model's name. */
  name: string;
  /** How long one answer may take; undefined: no time at all. */
  timeoutMs: number | undefined;
  plan(request: PlanRequest): Promise<unknown>;
}
