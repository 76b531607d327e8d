/** What an error of the database says about the statement that met it. */
export type Verdict = "not-done" | "run-again" | "unknown";

const NOTHING_WRITTEN = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "CONNECT_TIMEOUT",
  "POOL_BUSY",
  "08001",
  "08004",
  "53300",
  "57P03",
]);
const RUN_AGAIN = new Set(["40001", "40P01", "55P03"]);
/** The last one: a prepared statement that is not known any more. */
const REFUSED_WHOLE = new Set(["57014", "53100", "25006", "26000"]);
/**
 * By the statement's rows or its text. 20, 2F and P0: a trigger or a function that raises; 44: a view's check; 54: a row too
 * long for its index; 21 and 27: one statement that changes one row twice; 0A: what Postgres cannot do, as here in a table with rules.
 */
const REFUSED_CLASSES = ["0A", "20", "21", "22", "23", "27", "2F", "3F", "42", "44", "54", "P0"];

/**
 * Looks at what may have happened, never at the message, and walks `cause` because query builders hide the
 * SQLSTATE there. The default is "unknown": the same ECONNRESET was seen with the row there and not there.
 */
export function classify(error: unknown): Verdict {
  const code = codeOf(error);
  if (code === undefined) return "unknown";
  if (NOTHING_WRITTEN.has(code) || REFUSED_WHOLE.has(code)) return "not-done";
  if (RUN_AGAIN.has(code)) return "run-again";
  return isRefused(code) ? "not-done" : "unknown";
}

/** True when Postgres refuses this very statement, or it could not even be written: running it again cannot help. */
export function isRefusedForGood(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && isRefused(code) && !isPassing(error);
}

/**
 * What Postgres or the network failed at comes right by itself, perhaps; what anything else failed at, whatever its code says,
 * fails the next time as well. Frameworks and Node give their own errors a `code` too, and hide ours behind it.
 */
export function mayPass(error: unknown): boolean {
  const code = firstOf(error, (level) => {
    const said = stringIn(Reflect.get(level, "code"));
    return said !== undefined && (isSqlState(said) || OF_THE_WAY.test(said)) ? said : undefined;
  });
  return code !== undefined && (!isRefused(code) || isPassing(error));
}

/** The system's own (`ECONNRESET`, but none of Node's `ERR_…`), those of fetch, postgres.js's, our pool's. */
const OF_THE_WAY = /^(E(?!RR_)[A-Z_]+|UND_ERR_[A-Z_]+|CONNECT[A-Z_]*|POOL_BUSY)$/;

function isRefused(code: string): boolean {
  if (code === "UNWRITABLE_EFFECT") return true;
  return isSqlState(code) && REFUSED_CLASSES.includes(code.slice(0, 2));
}

/**
 * Who says so in Postgres, where the same code means something that passes: a prepared statement whose result a migration has
 * changed is prepared anew the next time, and numbers of transactions that have run out come back with a vacuum.
 */
const PASSING = new Set(["RevalidateCachedQuery", "GetNewTransactionId", "GetNewMultiXactId"]);

function isPassing(error: unknown): boolean {
  const routine = firstOf(error, (level) => stringIn(Reflect.get(level, "routine")));
  return routine !== undefined && PASSING.has(routine);
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /[0-9]/.test(code);
}

/** The SQLSTATE or the driver's code, from whichever level of `cause` has one. */
export function codeOf(error: unknown): string | undefined {
  return firstOf(error, (level) => stringIn(Reflect.get(level, "code")));
}

/** The violated constraint's name, in either driver's spelling. */
export function constraintOf(error: unknown): string | undefined {
  return firstOf(error, (level) =>
    stringIn(Reflect.get(level, "constraint_name") ?? Reflect.get(level, "constraint")),
  );
}

const stringIn = (value: unknown) => (typeof value === "string" ? value : undefined);

/** What `read` gives for the outermost level of `cause` that has it. */
export function firstOf<Found>(
  error: unknown,
  read: (level: object) => Found | undefined,
): Found | undefined {
  let level: unknown = error;
  for (let depth = 0; depth < 8 && typeof level === "object" && level !== null; depth += 1) {
    const found = read(level);
    if (found !== undefined) return found;
    level = "cause" in level ? level.cause : undefined;
  }
  return undefined;
}
