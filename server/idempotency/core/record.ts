import type { SQL } from "drizzle-orm";
import { type Effect, withEffects } from "../effects.ts";
import type { Intent } from "./key-row.ts";

/**
 * Key, answer and effects in one statement, or, without effects, the head of one transaction. There is no attempt that
 * could be late, so there is no fence to hold: whoever inserts the row is the only one whose effects find `done`. No row:
 * the key is there already. Nothing is looked up first, since most keys are new, and that read cost each 0.15 of a bare insert.
 */
export function recording(
  { account, key, procedure, fingerprint, input }: Intent,
  orderId: string | undefined,
  answer: string,
  effects: Effect[],
): SQL {
  const holds = orderId !== undefined;
  const params = [account, key, procedure, fingerprint, input, orderId ?? null, `${holds}`, answer];
  return withEffects(HEAD, params, effects);
}

// A truth travels as text: postgres.js as published sends `true` as false when it sends a statement a second time (decision 0037).
const HEAD = `with done as (
  insert into idempotency_keys
    (account, key, procedure, fingerprint, input, order_id, holds, state, fence, lease_until, answer)
  select $1, $2::uuid, $3, $4, $5, $6::text, $7::text::boolean, 'completed', 1, clock_timestamp(), $8
  on conflict (account, key) do nothing
  returning account, key, order_id, fence
)`;
