import { createHmac } from "node:crypto";
import { nowSeconds } from "./ids.ts";

/**
 * Stripe's scheme: `t=<seconds>,v1=<hex HMAC-SHA256 of "t.body">`, one `v1` for each secret while they are being changed.
 * The stamp is of this sending, not of the event: a repeat after hours is as fresh as the first.
 */
export function signatureHeader(body: string, secrets: readonly string[]): string {
  const stamp = nowSeconds();
  const signatures = secrets.map(
    (secret) => `v1=${createHmac("sha256", secret).update(`${stamp}.${body}`).digest("hex")}`,
  );
  return [`t=${stamp}`, ...signatures].join(",");
}
