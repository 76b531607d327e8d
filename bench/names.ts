/** What is measured, as the report says it; those of which it knows more than their figure. */
export const NAMES = {
  bare: "bare insert, raw postgres.js",
  record: "recordOnce: rows only, one statement",
  recordRaw: "recordOnce's statement by hand, raw postgres.js",
  recordOrdinary: "recordOnce, ordinary Drizzle insert: one statement",
  recordInTransaction: "recordOnce, a function of a transaction",
  commit: "runOnce, attempt.commit",
  pay: "runOnce with a step, as checkout.pay, its provider instant",
  payRaw: "the payment's two statements by hand, raw postgres.js",
  transact: "runOnce, attempt.transact, ordinary Drizzle insert",
  stock: "no idempotency: stock Drizzle transaction",
  transactionRaw: "the same transaction, raw postgres.js: BEGIN, key and row together, COMMIT",
  read: "one row by its primary key, raw postgres.js: what a replay cannot be below",
  replayRaw: "the replay's statement by hand, raw postgres.js",
  replay: "replay, from Postgres",
  duplicates: "8 duplicates at once, recordOnce, one process",
  duplicatesOfProcesses: "8 duplicates at once, recordOnce, four processes",
} as const;

/**
 * What is measured beside each other, each group with its own bare inserts: what takes ten times as long is no neighbour
 * of what is judged by microseconds. What is in none of them comes last.
 */
export const GROUPS = {
  rows: [
    NAMES.record,
    NAMES.recordRaw,
    NAMES.recordOrdinary,
    NAMES.stock,
    NAMES.duplicates,
    NAMES.read,
    NAMES.replayRaw,
    NAMES.replay,
  ],
  attempts: [NAMES.commit, NAMES.pay, NAMES.payRaw],
  transactions: [NAMES.recordInTransaction, NAMES.transactionRaw, NAMES.transact],
} satisfies Record<string, string[]>;
