import { createHash } from "node:crypto";
import { v4 as uuidv4 } from "uuid";

/**
 * The order that a run is for: derived from the run's key, so that the claim can hold it before anybody has planned
 * what to buy, and every attempt means the same one.
 */
export function orderOf(account: string, key: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(["agent order", account, key]))
    .digest();
  return uuidv4({ random: new Uint8Array(digest.subarray(0, 16)) });
}
