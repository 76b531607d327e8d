import type { SQL } from "drizzle-orm";
import { type Effect, isWritten, withEffects } from "../effects.ts";
import { composed } from "../render.ts";
import { type Row, rowsOfRepeating, type Store } from "../store.ts";

/** Whose row, and under which fence. Every write below has all three in its WHERE, as $1 to $3. */
export interface Grant {
  account: string;
  key: string;
  fence: number;
}

/** A result that was received and is not written yet: it rides in the next write, which saves a commit. */
export interface PendingResult {
  step: string;
  result: string;
}

const paramsOf = ({ account, key, fence }: Grant): unknown[] => [account, key, fence];
const STILL_MINE = "account = $1 and key = $2 and fence = $3 and state = 'in_progress'";
const K_STILL_MINE = "k.account = $1 and k.key = $2 and k.fence = $3 and k.state = 'in_progress'";

/** Branches that write only where `done`, the fenced write beside them, has found its row. Their parameters are added. */
function recorded(pending: PendingResult[], params: unknown[]): string {
  const branches = pending.map(
    ({ step, result }, at) => `, recorded_${at} as (
        update idempotency_steps s set result = $${params.push(result)} from done
         where s.account = $1 and s.key = $2 and s.step = $${params.push(step)} and s.result is null)`,
  );
  return branches.join("");
}

/**
 * Freeze and mark: renews the lease, writes down what is about to be sent (the first time) and that this
 * fence is sending it. One send per fence. No row: a newer fence owns the key, send nothing.
 */
export async function mark(
  store: Store,
  grant: Grant,
  step: { name: string; request: string; providerKey: string; place: number },
  leaseMs: number,
  pending: PendingResult[],
): Promise<Row | undefined> {
  const { name, request, providerKey, place } = step;
  const params = [...paramsOf(grant), leaseMs, name, request, providerKey, place];
  const branches = recorded(pending, params);
  const [row] = await rowsOfRepeating(store, composed(params, LOCKING, branches, MARKING));
  return row;
}

// Locked before the lease is computed: an update works its values out first and waits for the lock then.
const LOCKING = `with locked as materialized (
        select fence from idempotency_keys where ${STILL_MINE} for no key update
      ), done as (
        update idempotency_keys k
           set lease_until = clock_timestamp() + $4::integer * interval '1 millisecond', updated_at = clock_timestamp()
          from locked
         where ${K_STILL_MINE} returning k.fence
      )`;
const MARKING = `
      insert into idempotency_steps as s (account, key, step, request, provider_key, open_sends, last_sent, place)
      select $1, $2::uuid, $5, $6, $7, array[done.fence], done.fence, $8::integer from done
      on conflict (account, key, step) do update
         set open_sends = s.open_sends || $3::integer, last_sent = $3, place = excluded.place,
             provider_key = case when cardinality(s.open_sends) = 0 then excluded.provider_key else s.provider_key end
       where s.last_sent < $3 and s.result is null
      returning request, provider_key`;

/**
 * The attempt ends without an answer. It is `released` (or, when nobody waits any more, `voided`) only when
 * nothing can have been taken by anybody: no call of any fence is still open and no step has a result, read in
 * this same statement. Else `unknown`. The lease is given up either way, so that the next retry may ask at once.
 * @param comeBack the step whose call surely did nothing, if one was marked
 */
export async function giveUp(
  store: Store,
  grant: Grant,
  comeBack: string | undefined,
  pending: PendingResult[],
  untaken: "released" | "voided" = "released",
): Promise<"released" | "voided" | "unknown" | undefined> {
  const params = [...paramsOf(grant), comeBack ?? null, pending.length];
  const branches = recorded(pending, params);
  const [row] = await rowsOfRepeating(
    store,
    composed(params, GIVING_UP, branches, givenUp(untaken)),
  );
  return row === undefined ? undefined : row["state"] === untaken ? untaken : "unknown";
}

const GIVING_UP = `with done as materialized (
        select fence from idempotency_keys where ${STILL_MINE} for no key update
      )`;
const givenUp = (untaken: "released" | "voided") => `, back as (
        update idempotency_steps s set open_sends = array_remove(s.open_sends, $3::integer) from done
         where s.account = $1 and s.key = $2 and s.step = $4::text returning s.step
      ), open as (
        select exists (
          select 1 from idempotency_steps s
           where s.account = $1 and s.key = $2
             and (s.result is not null or cardinality(
               case when s.step = $4 then array_remove(s.open_sends, $3::integer) else s.open_sends end) > 0)
        ) or $5::integer > 0 as something
      )
      update idempotency_keys k
         set state = case when open.something then 'unknown' else '${untaken}' end, holds = open.something and k.order_id is not null,
             lease_until = clock_timestamp(), updated_at = clock_timestamp()
        from open, done
       where ${K_STILL_MINE}
      returning k.state`;

/** Nobody may send again and nobody knows: a person decides. The order stays blocked. False: fenced. */
export async function sendToReview(
  store: Store,
  grant: Grant,
  reason: string,
  pending: PendingResult[],
): Promise<boolean> {
  const params = [...paramsOf(grant), reason];
  return await isWritten(
    store,
    withEffects(`${REVIEWING}${recorded(pending, params)}`, params, []),
  );
}

const REVIEWING = `with done as (
        update idempotency_keys set state = 'needs_review', review = $4, updated_at = clock_timestamp()
         where ${STILL_MINE} returning fence
      )`;

/**
 * Effect, answer and "completed" in one statement: where the fence no longer holds, `done` is empty, and
 * nothing at all is written. There is no interactive transaction that a dying backend could
 * leave open. False: fenced.
 */
export async function complete(
  store: Store,
  grant: Grant,
  answer: { text: string; keepsOrder: boolean },
  effects: Effect[],
  pending: PendingResult[],
): Promise<boolean> {
  return await isWritten(store, completion(grant, answer, effects, pending));
}

/** The statement of {@link complete}; at the head of a transaction, too, whose other statements are effects as well. */
export function completion(
  grant: Grant,
  answer: { text: string; keepsOrder: boolean },
  effects: Effect[],
  pending: PendingResult[],
): SQL {
  const params = [...paramsOf(grant), answer.text, `${answer.keepsOrder}`];
  const branches = recorded(pending, params);
  return withEffects(`${COMPLETING}${branches}`, params, effects);
}

const COMPLETING = `with done as (
  update idempotency_keys
     set state = 'completed', answer = $4, holds = holds and $5::text::boolean, updated_at = clock_timestamp()
   where ${STILL_MINE}
  returning account, key, order_id, fence
)`;

/**
 * Results of steps and the effects that belong to them, in one statement, while the attempt goes on, as `complete`
 * does it. False: fenced.
 */
export async function recordResults(
  store: Store,
  grant: Grant,
  results: PendingResult[],
  effects: Effect[],
): Promise<boolean> {
  const params = paramsOf(grant);
  const branches = recorded(results, params);
  return await isWritten(store, withEffects(`${CONTINUING}${branches}`, params, effects));
}

const CONTINUING = `with done as (
  update idempotency_keys set updated_at = clock_timestamp()
   where ${STILL_MINE}
  returning account, key, order_id, fence
)`;
