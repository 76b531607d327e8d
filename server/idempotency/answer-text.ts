const BYTES_MAX = 256 * 1024;

/** The bytes that are stored and given, the first time and every time. Refuses what is no JSON, or too much of it. */
export function answerText(answer: unknown): string {
  const text = JSON.stringify(answer);
  if (text === undefined) throw new TypeError("An answer must be JSON");
  if (Buffer.byteLength(text) > BYTES_MAX)
    throw new RangeError(`An answer may have ${BYTES_MAX} bytes`);
  return text;
}
