const BYTES_MAX = 256 * 1024;

/**
 * The bytes that are stored and given, the first time and every time. Refuses what is no JSON, or too much of it.
 * @throws {TypeError} {@link plain}
 * @throws {RangeError} too many bytes
 */
export function answerText(answer: unknown): string {
  const text = JSON.stringify(answer, plain);
  if (text === undefined) throw new TypeError("An answer must be JSON, and undefined is none");
  if (Buffer.byteLength(text) > BYTES_MAX)
    throw new RangeError(`An answer may have ${BYTES_MAX} bytes`);
  return text;
}

/**
 * Called for each value within, once its own `toJSON` has spoken: a date is its text. What JSON would write down as something
 * else is refused, since it was stored as {} or null and given back so for as long as the key is kept.
 */
function plain(_name: string, value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`An answer must be JSON, and a ${typeof value} is none`);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new TypeError(`An answer must be JSON, and ${value} is none`);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !isPlain(value))
    throw new TypeError(
      `An answer must be plain JSON, and ${value.constructor.name} is a class: give its members, or a toJSON to it`,
    );
  return value;
}

/** By the root of its prototypes, since another realm's (a test runner's, a worker's) has an `Object` of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
