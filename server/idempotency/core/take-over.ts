import { sql, type SQL } from "drizzle-orm";
import {
  type Admission,
  type Granted,
  type Intent,
  LEASE_OVER,
  type RecordedStep,
  sameKey,
} from "./key-row.ts";
import { type Row, rowsOf, rowsOfRepeating, type Store, textOf } from "../store.ts";

/**
 * The row is locked before the lease is computed: one that is computed before a wait for the lock is partly
 * spent already. Of two who try, the second finds the lease running again and takes nothing.
 */
export async function takeOver(
  store: Store,
  intent: Intent,
  leaseMs: number,
  admission?: Admission,
): Promise<Granted | undefined> {
  const [row] = await rowsOfRepeating(store, statement(intent, leaseMs, admission));
  return row && granted(row, admission);
}

function statement(intent: Intent, leaseMs: number, admission?: Admission): SQL {
  const { account, key } = intent;
  const again = admission?.again ? sql` and ${admission.again}` : sql``;
  const marked = admission?.step
    ? sql`, marked as (
        update idempotency_steps s
           set open_sends = s.open_sends || took.fence, last_sent = took.fence,
               provider_key = case when cardinality(s.open_sends) = 0 then ${admission.step.providerKey()} else s.provider_key end
          from took
         where s.account = ${account} and s.key = ${key} and s.step = ${admission.step.name}
           and s.result is null and s.last_sent < took.fence
        returning s.step
      )`
    : sql``;
  // Whoever waited for the row sees it as it is now, and its steps as they were before: where it was written meanwhile, nothing is taken.
  return sql`with target as materialized (
      select fence, updated_at from idempotency_keys
       where ${sameKey(intent)}
         and ((state = 'released'${again}) or (state in ('in_progress', 'unknown') and ${sql.raw(LEASE_OVER)}))
         for no key update
    ), took as (
      update idempotency_keys k
         set state = 'in_progress', fence = k.fence + 1, holds = k.order_id is not null,
             lease_until = clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond', updated_at = clock_timestamp()
        from target
       where k.account = ${account} and k.key = ${key} and k.fence = target.fence and k.updated_at = target.updated_at
      returning k.fence, k.order_id, k.created_at
    )${marked}
    select fence, order_id, (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as age_ms,
           (select json_agg(json_build_object('step', step, 'request', request, 'providerKey', provider_key, 'openSends', open_sends, 'result', result, 'place', place))::text
              from idempotency_steps where ${sameKey(intent)}) as steps
      from took`;
}

function granted(row: Row, admission?: Admission): Granted {
  const steps = new Map<string, RecordedStep>();
  const recorded: ({ step: string } & Omit<RecordedStep, "marked">)[] = JSON.parse(
    String(row["steps"] ?? "[]"),
  );
  for (const { step, ...rest } of recorded) {
    const first = admission?.step;
    const marked = step === first?.name && rest.result === null;
    // What surely nobody took is sent under today's key, as it is marked.
    const anew = marked && rest.openSends.length === 0;
    const providerKey = anew ? first.providerKey() : rest.providerKey;
    steps.set(step, { ...rest, providerKey, marked });
  }
  return {
    kind: "mine",
    fence: Number(row["fence"]),
    orderId: textOf(row["order_id"]),
    ageMs: Number(row["age_ms"]),
    steps,
  };
}

/**
 * Gives a released key up for good, where what it froze is `outdated`: what is told so must stay true. Undefined: it is not, or
 * somebody has taken the key over meanwhile.
 */
export async function voidReleased(
  store: Store,
  intent: Intent,
  outdated: SQL,
): Promise<"voided" | undefined> {
  const rows = await rowsOfRepeating(
    store,
    sql`with target as materialized (
        select fence from idempotency_keys
         where ${sameKey(intent)} and state = 'released' and ${outdated} for no key update
      )
      update idempotency_keys k set state = 'voided', holds = false, updated_at = clock_timestamp()
        from target where ${sameKey(intent)} and k.fence = target.fence
      returning k.fence`,
  );
  return rows.length > 0 ? "voided" : undefined;
}

/**
 * Takes the intent over and stops it, in one statement: a person decides. Nothing is written where it has moved since
 * `row` was read, or where it has been nobody's for less than `afterMinutes`.
 */
export async function takeOverForReview(
  store: Store,
  row: Row,
  reason: string,
  afterMinutes: number,
): Promise<void> {
  await rowsOf(
    store,
    sql`update idempotency_keys
           set state = 'needs_review', review = ${reason}, fence = fence + 1, holds = order_id is not null, updated_at = clock_timestamp()
         where account = ${row["account"]} and key = ${row["key"]} and fence = ${row["fence"]}
           and state in ('in_progress', 'unknown')
           and lease_until < clock_timestamp() - ${afterMinutes}::integer * interval '1 minute'`,
  );
}
