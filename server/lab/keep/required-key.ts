import { IdempotencyError } from "../../idempotency/index.ts";
import type { LaneRun } from "../lane.ts";

/** @throws {IdempotencyError} KEY_INVALID: this lane's clients send a key */
export function requiredKey({ key }: Pick<LaneRun, "key">): string {
  if (key === undefined) throw new IdempotencyError("KEY_INVALID");
  return key;
}
