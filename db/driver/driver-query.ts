/**
 * What postgres.js 3.4.9 keeps on each query, as far as we touch it. `handler` is called once, when the query is
 * really executed (a query that only serves as a fragment of another never is); `resolve` and `reject` end it.
 */
export interface DriverQuery {
  handler: QueryHandler;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  readonly cancelled: unknown;
}

export interface QueryHandler {
  (query: DriverQuery): unknown;
  debug?: unknown;
}

function isDriverQuery(value: unknown): value is DriverQuery {
  return (
    value instanceof Promise &&
    "handler" in value &&
    typeof value.handler === "function" &&
    "reject" in value
  );
}

/**
 * Lets `around` decide when (and whether) the query is handed to the driver. Identifiers and builders
 * (`sql("name")`, `sql({ … })`) pass untouched: they are never executed by themselves.
 */
export function interceptQuery<T>(
  value: T,
  around: (query: DriverQuery, send: () => void) => void,
): T {
  if (!isDriverQuery(value)) return value;
  const inner = value.handler;
  const outer: QueryHandler = (query) => around(query, () => void inner(query));
  // The driver reads `handler.debug` to decide whether to keep stack traces.
  outer.debug = inner.debug;
  value.handler = outer;
  return value;
}

/** Runs `first` synchronously before whatever the driver does when it ends the query with an error. */
export function beforeReject(query: DriverQuery, first: (reason: unknown) => void): void {
  const { reject } = query;
  query.reject = (reason) => {
    first(reason);
    reject(reason);
  };
}

/** Runs `last` once, after the query has ended either way. */
export function onSettled(query: DriverQuery, last: () => void): void {
  const { resolve, reject } = query;
  query.resolve = (value) => {
    resolve(value);
    last();
  };
  query.reject = (reason) => {
    reject(reason);
    last();
  };
}
