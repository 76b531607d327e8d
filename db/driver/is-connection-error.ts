const driverCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
]);

/**
 * Did the connection die with this error, or before it? True for the driver's own connection errors, for system errors
 * (ECONNRESET, EPIPE, ETIMEDOUT …) and for FATAL and PANIC answers, after which Postgres hangs up. False for an
 * ordinary refusal of one statement, and for errors that the driver makes before it sends anything.
 */
export function isConnectionError(err: unknown): boolean {
  if (typeof err !== "object" || err === null) return false;
  if ("severity" in err) return err.severity === "FATAL" || err.severity === "PANIC";
  if (!("code" in err) || typeof err.code !== "string") return false;
  return driverCodes.has(err.code) || /^E[A-Z]+$/.test(err.code);
}
