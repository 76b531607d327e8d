/** Which lessons an invariant's break belongs to, the nearest one first. Every id that an audit can show is here. */
export const LESSONS: Record<string, readonly [string, ...string[]]> = {
  S1: ["01", "02"],
  S2: ["01", "02"],
  S3: ["06"],
  S4: ["06"],
  S5: ["06"],
  S6: ["06"],
  S7: ["07"],
  S8: ["04", "05"],
  S9: ["06"],
  S10: ["07"],
  S11: ["02", "01"],
  S12: ["03"],
  S13: ["02", "01"],
  S14: ["06"],
  S15: ["03"],
  S16: ["02", "01"],
  // A claim whose owner died, a receipt that is never sent.
  L1: ["02", "06"],
  L4: ["04"],
};
