import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Database } from "../../db/client.ts";
import { idempotencyKeys } from "../idempotency/index.ts";
import { pay } from "./pay.ts";

export interface CheckoutStatus {
  state: "never_seen" | "in_progress" | "unknown" | "released" | "completed" | "voided" | "expired";
  result?: z.output<typeof pay.output>;
}

/** What became of a key of this account. `never_seen` is no proof: the request may still be under way. */
export async function getStatus(
  db: Database,
  account: string,
  key: string,
): Promise<CheckoutStatus> {
  const [row] = await db
    .select({
      state: idempotencyKeys.state,
      answer: idempotencyKeys.answer,
      procedure: idempotencyKeys.procedure,
    })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.account, account), eq(idempotencyKeys.key, key)));
  if (row === undefined) return { state: "never_seen" };
  if (row.state === "needs_review") return { state: "unknown" };
  if (row.answer === null || row.procedure !== pay.procedure) return { state: row.state };
  return { state: row.state, result: pay.output.parse(JSON.parse(row.answer)) };
}
