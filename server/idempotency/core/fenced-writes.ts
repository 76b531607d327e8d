import { sql, type SQL } from "drizzle-orm";
import { branchesOf, withEffects } from "../render.ts";
import { type Row, rowsOfRepeating, type Store } from "../store.ts";

/** Whose row, and under which fence. Every write below has all three in its WHERE. */
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

const stillMine = ({ account, key, fence }: Grant) =>
  sql`account = ${account} and key = ${key} and fence = ${fence} and state = 'in_progress'`;

/** Each of them writes only where `done`, the fenced write beside it, has found its row. */
function recorded({ account, key }: Grant, pending: PendingResult[]): SQL[] {
  return pending.map(
    ({ step, result }) => sql`update idempotency_steps s set result = ${result} from done
       where s.account = ${account} and s.key = ${key} and s.step = ${step} and s.result is null`,
  );
}

const recording = (grant: Grant, pending: PendingResult[]) => branchesOf(recorded(grant, pending));

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
  const { account, key, fence } = grant;
  const [row] = await rowsOfRepeating(
    store,
    // Locked before the lease is computed: an update works its values out first and waits for the lock then.
    sql`with locked as materialized (
        select fence from idempotency_keys where ${stillMine(grant)} for no key update
      ), done as (
        update idempotency_keys k
           set lease_until = clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond', updated_at = clock_timestamp()
          from locked
         where ${qualified(grant)} returning k.fence
      )${recording(grant, pending)}
      insert into idempotency_steps as s (account, key, step, request, provider_key, open_sends, last_sent, place)
      select ${account}, ${key}::uuid, ${step.name}, ${step.request}, ${step.providerKey}, array[done.fence], done.fence, ${step.place}::integer from done
      on conflict (account, key, step) do update
         set open_sends = s.open_sends || ${fence}::integer, last_sent = ${fence}, place = excluded.place,
             provider_key = case when cardinality(s.open_sends) = 0 then excluded.provider_key else s.provider_key end
       where s.last_sent < ${fence}
      returning request, provider_key`,
  );
  return row;
}

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
  const { account, key, fence } = grant;
  const [row] = await rowsOfRepeating(
    store,
    sql`with done as materialized (
        select fence from idempotency_keys where ${stillMine(grant)} for no key update
      )${recording(grant, pending)}, back as (
        update idempotency_steps s set open_sends = array_remove(s.open_sends, ${fence}::integer) from done
         where s.account = ${account} and s.key = ${key} and s.step = ${comeBack ?? null} returning s.step
      ), open as (
        select exists (
          select 1 from idempotency_steps s
           where s.account = ${account} and s.key = ${key}
             and (s.result is not null or cardinality(
               case when s.step = ${comeBack ?? null} then array_remove(s.open_sends, ${fence}::integer) else s.open_sends end) > 0)
        ) or ${pending.length}::integer > 0 as something
      )
      update idempotency_keys k
         set state = case when open.something then 'unknown' else ${sql.raw(`'${untaken}'`)} end, holds = open.something and k.order_id is not null,
             lease_until = clock_timestamp(), updated_at = clock_timestamp()
        from open, done
       where ${qualified(grant)}
      returning k.state`,
  );
  return row === undefined ? undefined : row["state"] === untaken ? untaken : "unknown";
}

/** Nobody may send again and nobody knows: a person decides. The order stays blocked. False: fenced. */
export async function sendToReview(
  store: Store,
  grant: Grant,
  reason: string,
  pending: PendingResult[],
): Promise<boolean> {
  const rows = await rowsOfRepeating(
    store,
    sql`with done as (
        update idempotency_keys set state = 'needs_review', review = ${reason}, updated_at = clock_timestamp()
         where ${stillMine(grant)} returning fence
      )${recording(grant, pending)}
      select fence from done`,
  );
  return rows.length > 0;
}

/**
 * Effect, answer and "completed" in one statement: every effect selects from `done`, so that where the fence
 * no longer holds nothing at all is written. There is no interactive transaction that a dying backend could
 * leave open. False: fenced.
 */
export async function complete(
  store: Store,
  grant: Grant,
  answer: { text: string; keepsOrder: boolean },
  effects: SQL[],
  pending: PendingResult[],
): Promise<boolean> {
  const rows = await rowsOfRepeating(store, completion(grant, answer, effects, pending));
  return rows.length > 0;
}

/** The statement of {@link complete}; at the head of a transaction, too, whose other statements are effects as well. */
export function completion(
  grant: Grant,
  answer: { text: string; keepsOrder: boolean },
  effects: SQL[],
  pending: PendingResult[],
): SQL {
  const params = [grant.account, grant.key, grant.fence, answer.text, `${answer.keepsOrder}`];
  return withEffects(COMPLETING, params, [...recorded(grant, pending), ...effects], DONE);
}

/** As `stillMine`, for a text that numbers its own parameters. */
const STILL_MINE = "account = $1 and key = $2 and fence = $3 and state = 'in_progress'";
const COMPLETING = `with done as (
  update idempotency_keys
     set state = 'completed', answer = $4, holds = holds and $5::text::boolean, updated_at = clock_timestamp()
   where ${STILL_MINE}
  returning account, key, order_id, fence
)`;
const DONE = " select fence from done";

/**
 * Results of steps and the effects that belong to them, in one statement, while the attempt goes on: as `complete`,
 * every effect selects from `done`. False: fenced.
 */
export async function recordResults(
  store: Store,
  grant: Grant,
  results: PendingResult[],
  effects: SQL[],
): Promise<boolean> {
  const params = [grant.account, grant.key, grant.fence];
  const all = [...recorded(grant, results), ...effects];
  const rows = await rowsOfRepeating(store, withEffects(CONTINUING, params, all, DONE));
  return rows.length > 0;
}

const CONTINUING = `with done as (
  update idempotency_keys set updated_at = clock_timestamp()
   where ${STILL_MINE}
  returning account, key, order_id, fence
)`;

function qualified({ account, key, fence }: Grant): SQL {
  return sql`k.account = ${account} and k.key = ${key} and k.fence = ${fence} and k.state = 'in_progress'`;
}
