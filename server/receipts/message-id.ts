import { createHash } from "node:crypto";

/**
 * Derived from account and order alone: every delivery of one receipt carries the same, so whoever gets it twice
 * can tell. A random one would make two receipts out of two deliveries.
 */
export function messageId(account: string, orderId: string): string {
  const digest = createHash("sha256").update(`receipt\n${account}\n${orderId}`).digest("hex");
  return `<${digest.slice(0, 40)}@payonce.example>`;
}
