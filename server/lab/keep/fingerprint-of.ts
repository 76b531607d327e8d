import { createHash } from "node:crypto";

/** What two requests under one key are compared by. */
export function fingerprintOf(request: Record<string, string | number>): string {
  const text = JSON.stringify(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256").update(text).digest("hex");
}
