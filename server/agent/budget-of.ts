const LIMIT =
  /(?:under|below|at most|up to|max(?:imum)?|not more than|no more than|budget(?: of| is|:)?|within)\s*(?:€|eur(?:os?)?)?\s*(\d{1,6})(?:[.,](\d{1,2}))?/i;

/**
 * The most that a goal allows to be spent, in minor units of EUR; undefined when it names no limit. Read by the server
 * whoever plans: a model's word on its own budget is worth nothing.
 */
export function budgetOf(goal: string): number | undefined {
  const found = LIMIT.exec(goal);
  if (!found) return undefined;
  return Number(found[1]) * 100 + Number((found[2] ?? "0").padEnd(2, "0"));
}
