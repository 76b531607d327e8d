/**
 * "5", "5.00", "5,5" and "€ 5.00" in minor units, by their digits: an amount is never a float. Undefined for anything
 * else, also for three decimals, which nobody means.
 */
export function parseAmount(text: string): number | undefined {
  const match = /^\s*€?\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*€?\s*$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
