import { sql, type SQL } from "drizzle-orm";
import { codeOf, constraintOf } from "./classify.ts";
import {
  type Admission,
  type Granted,
  type Intent,
  leaseFromNow,
  readKey,
  type RecordedStep,
  type SeenRow,
  seenRow,
} from "./key-row.ts";
import { isRecent, rememberRecent } from "./recent-keys.ts";
import { type Row, rowsOf, rowsOfRepeating, type Store, textOf } from "./store.ts";
import { takeOver } from "./take-over.ts";

export type ClaimVerdict =
  | Granted
  | { kind: "seen"; row: SeenRow }
  /** Not admitted, or not any more. */
  | { kind: "absent" }
  | { kind: "order-held"; by: { key: string; state: string } };

/**
 * Insert the key or read what is there: one statement, autocommit, READ COMMITTED. A replay writes nothing: no
 * lock, no WAL. A key whose holder is gone is then taken over by a second statement.
 */
export async function claim(
  store: Store,
  intent: Intent,
  leaseMs: number,
  admission?: Admission,
): Promise<ClaimVerdict> {
  try {
    const known = await readIfRecent(store, intent);
    const row =
      known ?? (await rowsOfRepeating(store, insertOrRead(intent, leaseMs, admission)))[0];
    if (row === undefined) return { kind: "absent" };
    rememberRecent(intent);
    if (row["how"] === "made") return made(row, admission);
    const seen = seenRow(row);
    const ours = seen.procedure === intent.procedure && seen.fingerprint === intent.fingerprint;
    const taken =
      ours && isFree(seen) ? await takeOver(store, intent, leaseMs, admission) : undefined;
    if (taken) return taken;
    if (ours && seen.state === "released" && admission?.again) return { kind: "absent" };
    return { kind: "seen", row: seen };
  } catch (error) {
    if (codeOf(error) !== "23505" || constraintOf(error) !== "idempotency_one_per_order")
      throw error;
    return await whoHoldsTheOrder(store, intent, admission);
  }
}

function isFree({ state, leaseLeftMs }: SeenRow): boolean {
  return (
    state === "released" || ((state === "in_progress" || state === "unknown") && leaseLeftMs === 0)
  );
}

async function readIfRecent(store: Store, intent: Intent): Promise<Row | undefined> {
  if (!isRecent(intent)) return undefined;
  const [row] = await rowsOf(store, readKey(intent));
  return row;
}

function insertOrRead(intent: Intent, leaseMs: number, admission?: Admission): SQL {
  const { account, key, procedure, fingerprint, input } = intent;
  const step = admission?.step;
  const frozen = step
    ? sql`, frozen as (
        insert into idempotency_steps (account, key, step, request, provider_key, open_sends, last_sent, place)
        select ${account}, ${key}, ${step.name}, admitted.request, ${step.providerKey}, array[1], 1, 1 from made, admitted)`
    : sql``;
  const admitted = admission
    ? sql`admitted as materialized (
        select a.order_id, a.request from (${admission.select}) a where not exists (select 1 from seen)
      ), `
    : sql``;
  return sql`with seen as materialized (
      ${readKey(intent)}
    ), ${admitted}made as (
      insert into idempotency_keys
        (account, key, procedure, fingerprint, input, order_id, holds, state, fence, lease_until)
      select ${account}, ${key}::uuid, ${procedure}, ${fingerprint}, ${input},
             ${admission ? sql`order_id, order_id is not null` : sql`null, false`}, 'in_progress', 1, ${leaseFromNow(leaseMs)}
        from ${admission ? sql`admitted` : sql`(select 1) one where not exists (select 1 from seen)`}
      on conflict (account, key) do nothing
      returning order_id
    )${frozen}
    select 'made' as how, order_id, ${step ? sql`(select request from admitted)` : sql`null`} as request,
           null as procedure, null as fingerprint, null as state, 1 as fence, null as answer, 0 as lease_left_ms from made
    union all
    select 'seen', null, null, procedure, fingerprint, state, fence, answer, lease_left_ms from seen`;
}

function made(row: Row, admission?: Admission): ClaimVerdict {
  const steps = new Map<string, RecordedStep>();
  if (admission?.step) {
    steps.set(admission.step.name, {
      request: String(row["request"]),
      openSends: [],
      result: null,
      place: 1,
      marked: true,
    });
  }
  return { kind: "mine", fence: 1, orderId: textOf(row["order_id"]), ageMs: 0, steps };
}

/**
 * A violation of the order's index is not an answer yet: of 20 duplicates at once some meet it before the
 * key's own index. Only a key without a row, or a released one, is really shut out by another intent.
 */
async function whoHoldsTheOrder(
  store: Store,
  intent: Intent,
  admission?: Admission,
): Promise<ClaimVerdict> {
  const [row] = await rowsOf(
    store,
    sql`select k.procedure, k.fingerprint, k.state, k.fence, k.answer,
               greatest(0, extract(epoch from k.lease_until - clock_timestamp()) * 1000)::integer as lease_left_ms,
               holder.key as holder_key, holder.state as holder_state
          from (select 1) one
          left join idempotency_keys k on k.account = ${intent.account} and k.key = ${intent.key}
          left join idempotency_keys holder
            on holder.account = ${intent.account} and holder.holds and holder.key <> ${intent.key}
           and holder.order_id = coalesce(k.order_id, (select order_id from (${admission?.select ?? sql`select null::text as order_id`}) a))`,
  );
  if (row === undefined) return { kind: "absent" };
  if (row["state"] !== null && row["state"] !== "released")
    return { kind: "seen", row: seenRow(row) };
  if (row["holder_key"] === null) return { kind: "absent" };
  return {
    kind: "order-held",
    by: { key: String(row["holder_key"]), state: String(row["holder_state"]) },
  };
}
