import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * `pi_1Tq9aBx…`: six characters of time, then eighteen by chance. Time comes first so that new rows land side by
 * side in the index: after a checkpoint random ids cost several times the write-ahead log.
 */
export function newId(prefix: "pi" | "ch" | "re" | "evt" | "req"): string {
  let seconds = Math.floor(Date.now() / 1000);
  let time = "";
  while (time.length < 6) {
    time = ALPHABET.charAt(seconds % 62) + time;
    seconds = Math.floor(seconds / 62);
  }
  // 256 is not a multiple of 62; the slight unevenness costs less than a bit and guards no secret.
  const chance = Array.from(randomBytes(18), (byte) => ALPHABET.charAt(byte % 62)).join("");
  return `${prefix}_${time}${chance}`;
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export const nowSeconds = () => Math.floor(Date.now() / 1000);
