/** Patient: what is measured is the time of an answer, and a slow machine must not turn it into an error. */
export const TIMINGS = {
  lockMs: 10_000,
  statementMs: 15_000,
  socketMs: 25_000,
  idleInTransactionMs: 30_000,
};
