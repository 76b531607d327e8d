import { sql, type SQL } from "drizzle-orm";
import { codeOf, constraintOf } from "./classify.ts";
import { type Row, rowsOf, rowsOfRepeating, type Store } from "./store.ts";

export interface Intent {
  account: string;
  key: string;
  procedure: string;
  fingerprint: string;
  /** Canonical JSON without the key. */
  input: string;
}

/**
 * What a new key needs before it may be claimed, decided by Postgres in the claim itself. `select` yields one
 * row (order_id text, request text) or none, and none refuses the key without using it up. With `step`, the
 * request is frozen and marked as sent in the same commit, which saves a round trip and an fsync.
 */
export interface Admission {
  select: SQL;
  step?: { name: string; providerKey: string };
}

export interface RecordedStep {
  request: string;
  /** Fences of earlier attempts whose call has not come back. */
  openSends: number[];
  result: string | null;
  /** True when the claim has already marked this attempt's send. */
  marked: boolean;
}

export type ClaimVerdict =
  | {
      kind: "mine";
      fence: number;
      orderId: string | null;
      ageMs: number;
      steps: Map<string, RecordedStep>;
    }
  | { kind: "seen"; row: SeenRow }
  | { kind: "absent" }
  | { kind: "order-held"; by: { key: string; state: string } };

export interface SeenRow {
  procedure: string;
  fingerprint: string;
  state: string;
  fence: number;
  answer: string | null;
  leaseLeftMs: number;
}

/**
 * One statement, autocommit, READ COMMITTED: insert the key, or take it over when its lease is over, or read
 * what is there. The row is locked before the lease is computed, because a lease that is computed before a
 * wait for the lock is already partly spent. Replays write nothing: no lock, no WAL.
 */
export async function claim(
  store: Store,
  intent: Intent,
  leaseMs: number,
  admission?: Admission,
): Promise<ClaimVerdict> {
  try {
    const [row] = await rowsOfRepeating(store, claimStatement(intent, leaseMs, admission));
    if (row === undefined) return { kind: "absent" };
    return row["how"] === "seen" ? { kind: "seen", row: seenRow(row) } : mine(row, admission);
  } catch (error) {
    if (codeOf(error) !== "23505" || constraintOf(error) !== "idempotency_one_per_order")
      throw error;
    return await whoHoldsTheOrder(store, intent, admission);
  }
}

function claimStatement(intent: Intent, leaseMs: number, admission?: Admission): SQL {
  const { account, key, procedure, fingerprint, input } = intent;
  const sameKey = sql`account = ${account} and key = ${key}`;
  const lease = sql`clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond'`;
  const admitted = admission?.select ?? sql`select null::text as order_id, null::text as request`;
  const step = admission?.step;
  const firstStep = step
    ? sql`, frozen as (
        insert into idempotency_steps (account, key, step, request, provider_key, open_sends, last_sent)
        select ${account}, ${key}, ${step.name}, admitted.request, ${step.providerKey}, array[1], 1
          from made, admitted
      ), marked as (
        update idempotency_steps s set open_sends = s.open_sends || took.fence, last_sent = took.fence
          from took
         where s.account = ${account} and s.key = ${key} and s.step = ${step.name}
           and s.result is null and s.last_sent < took.fence
        returning s.step
      )`
    : sql``;
  return sql`with target as materialized (
      select fence from idempotency_keys
       where ${sameKey} and procedure = ${procedure} and fingerprint = ${fingerprint}
         and (state = 'released' or (state in ('in_progress', 'unknown') and lease_until <= clock_timestamp()))
         for no key update
    ), took as (
      update idempotency_keys k
         set state = 'in_progress', fence = k.fence + 1, holds = k.order_id is not null,
             lease_until = ${lease}, updated_at = clock_timestamp()
        from target
       where k.account = ${account} and k.key = ${key} and k.fence = target.fence
      returning k.fence, k.order_id, k.created_at
    ), admitted as materialized (
      select a.order_id, a.request from (${admitted}) a
       where not exists (select 1 from idempotency_keys where ${sameKey})
    ), made as (
      insert into idempotency_keys
        (account, key, procedure, fingerprint, input, order_id, holds, state, fence, lease_until)
      select ${account}, ${key}::uuid, ${procedure}, ${fingerprint}, ${input}, order_id, order_id is not null,
             'in_progress', 1, ${lease}
        from admitted
      on conflict (account, key) do nothing
      returning fence, order_id, created_at
    )${firstStep}
    select 'took' as how, fence, order_id, (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as age_ms,
           (select json_agg(json_build_object('step', step, 'request', request, 'openSends', open_sends, 'result', result))::text
              from idempotency_steps where ${sameKey}) as steps,
           null as procedure, null as fingerprint, null as state, null as answer, 0 as lease_left_ms
      from took
    union all
    select 'made', fence, order_id, 0, ${step ? sql`(select request from admitted)` : sql`null`}, null, null, null, null, 0 from made
    union all
    select 'seen', fence, order_id, 0, null, procedure, fingerprint, state, answer,
           greatest(0, extract(epoch from lease_until - clock_timestamp()) * 1000)::integer
      from idempotency_keys
     where ${sameKey} and not exists (select 1 from took) and not exists (select 1 from made)`;
}

function mine(row: Row, admission?: Admission): ClaimVerdict {
  const fence = Number(row["fence"]);
  const orderId = row["order_id"] === null ? null : String(row["order_id"]);
  const steps = new Map<string, RecordedStep>();
  const first = admission?.step;
  if (row["how"] === "made" && first) {
    steps.set(first.name, {
      request: String(row["steps"]),
      openSends: [],
      result: null,
      marked: true,
    });
  }
  if (row["how"] === "took" && typeof row["steps"] === "string") {
    for (const { step, ...recorded } of JSON.parse(row["steps"])) {
      steps.set(step, { ...recorded, marked: step === first?.name && recorded.result === null });
    }
  }
  return { kind: "mine", fence, orderId, ageMs: Number(row["age_ms"]), steps };
}

function seenRow(row: Row): SeenRow {
  return {
    procedure: String(row["procedure"]),
    fingerprint: String(row["fingerprint"]),
    state: String(row["state"]),
    fence: Number(row["fence"]),
    answer: row["answer"] === null ? null : String(row["answer"]),
    leaseLeftMs: Number(row["lease_left_ms"]),
  };
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
