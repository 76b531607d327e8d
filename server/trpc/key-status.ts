import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Database } from "../../db/client.ts";
import { idempotencyKeys } from "../idempotency/index.ts";
import type { Operation } from "./operation.ts";

export interface KeyStatus<Answer> {
  state: "never_seen" | "in_progress" | "unknown" | "released" | "completed" | "voided" | "expired";
  result?: Answer;
}

/**
 * What became of a key of this account under an operation. `never_seen` is no proof: the request may still be under way.
 * The answer of another operation's key is not told.
 */
export async function keyStatus<Output extends z.ZodType>(
  db: Database,
  operation: Pick<Operation<z.ZodType, Output>, "procedure" | "output">,
  { account, key }: { account: string; key: string },
): Promise<KeyStatus<z.output<Output>>> {
  const { state, answer, procedure } = idempotencyKeys;
  const [row] = await db
    .select({ state, answer, procedure })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.account, account), eq(idempotencyKeys.key, key)));
  if (row === undefined) return { state: "never_seen" };
  if (row.state === "needs_review") return { state: "unknown" };
  if (row.answer === null || row.procedure !== operation.procedure) return { state: row.state };
  return { state: row.state, result: operation.output.parse(JSON.parse(row.answer)) };
}
