import { IdempotencyError } from "./errors.ts";
import type { Intent, SeenRow } from "./core/key-row.ts";
import type { Emit } from "./lifecycle.ts";

export interface Recorded {
  /** The stored bytes: the same the first time and every time. */
  text: string;
  replayed: boolean;
  /** The fence under which the answer was made. */
  attempt: number;
}

/** The answer of a row that is there, or why there is none; undefined while it is still to come. */
export async function readAnswer(
  row: SeenRow,
  intent: Intent,
  emit: Emit,
): Promise<Recorded | undefined> {
  const refuse = async (code: "KEY_REUSED" | "VOIDED" | "KEY_EXPIRED" | "OUTCOME_UNKNOWN") => {
    await emit("refused", { fence: row.fence, detail: code });
    return new IdempotencyError(code, {
      attempt: row.fence,
      ...(code === "OUTCOME_UNKNOWN" && { retryAfterMs: 15_000 }),
    });
  };
  // Checked before "in progress": another request must never be told to wait for this one's answer.
  if (row.procedure !== intent.procedure || row.fingerprint !== intent.fingerprint)
    throw await refuse("KEY_REUSED");
  if (row.answer !== null) {
    await emit("replayed", { fence: row.fence });
    return { text: row.answer, replayed: true, attempt: row.fence };
  }
  if (row.state === "voided") throw await refuse("VOIDED");
  if (row.state === "expired") throw await refuse("KEY_EXPIRED");
  if (row.state === "needs_review") throw await refuse("OUTCOME_UNKNOWN");
  return undefined;
}
