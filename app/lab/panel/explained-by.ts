/** The anchors of `/patterns`, and what a link to each says. */
export const SECTIONS = {
  key: "Idempotency key",
  fence: "Lease and fence",
  upsert: "Database upsert",
  "mark-as-sent": "Mark as sent",
  events: "Each event once",
  atomicity: "A rollback is not a refund",
} as const;
type Section = keyof typeof SECTIONS;

/** Which pattern explains an invariant's break, the nearest one first. Every id that an audit can show is here. */
export const EXPLAINED_BY: Record<string, readonly [Section, ...Section[]]> = {
  S1: ["key"],
  S2: ["key"],
  S3: ["atomicity"],
  S4: ["atomicity"],
  S5: ["atomicity"],
  S6: ["atomicity"],
  S7: ["key"],
  S8: ["mark-as-sent", "events"],
  S9: ["atomicity"],
  S10: ["fence"],
  S11: ["key"],
  S12: ["upsert"],
  S13: ["key"],
  S14: ["atomicity"],
  S15: ["upsert"],
  S16: ["key"],
  // A claim whose owner died, a receipt that is never sent.
  L1: ["fence", "atomicity"],
  L4: ["mark-as-sent"],
};
