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
  /** It was the how-manieth step of the attempt that began it, from 1. */
  place: number;
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
 * Insert the key or read what is there: one statement, autocommit, READ COMMITTED. A replay is the read alone
 * and writes nothing: no lock, no WAL. A key whose holder is gone is then taken over by a second statement.
 */
export async function claim(
  store: Store,
  intent: Intent,
  leaseMs: number,
  admission?: Admission,
): Promise<ClaimVerdict> {
  try {
    const [row] = await rowsOfRepeating(store, insertOrRead(intent, leaseMs, admission));
    if (row === undefined) return { kind: "absent" };
    if (row["how"] === "made") return made(row, admission);
    const seen = seenRow(row);
    const free =
      isFree(seen) &&
      seen.procedure === intent.procedure &&
      seen.fingerprint === intent.fingerprint;
    const [took] = free ? await rowsOfRepeating(store, takeOver(intent, leaseMs, admission)) : [];
    return took ? taken(took, admission) : { kind: "seen", row: seen };
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

function sameKey({ account, key }: Intent): SQL {
  return sql`account = ${account} and key = ${key}`;
}

function leaseFromNow(leaseMs: number): SQL {
  return sql`clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond'`;
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
      select procedure, fingerprint, state, fence, answer,
             greatest(0, extract(epoch from lease_until - clock_timestamp()) * 1000)::integer as lease_left_ms
        from idempotency_keys where ${sameKey(intent)}
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

/**
 * The row is locked before the lease is computed: one that is computed before a wait for the lock is partly
 * spent already. Of two who try, the second finds the lease running again and takes nothing.
 */
function takeOver(intent: Intent, leaseMs: number, admission?: Admission): SQL {
  const { account, key } = intent;
  const marked = admission?.step
    ? sql`, marked as (
        update idempotency_steps s set open_sends = s.open_sends || took.fence, last_sent = took.fence
          from took
         where s.account = ${account} and s.key = ${key} and s.step = ${admission.step.name}
           and s.result is null and s.last_sent < took.fence
        returning s.step
      )`
    : sql``;
  return sql`with target as materialized (
      select fence from idempotency_keys
       where ${sameKey(intent)}
         and (state = 'released' or (state in ('in_progress', 'unknown') and lease_until <= clock_timestamp()))
         for no key update
    ), took as (
      update idempotency_keys k
         set state = 'in_progress', fence = k.fence + 1, holds = k.order_id is not null,
             lease_until = ${leaseFromNow(leaseMs)}, updated_at = clock_timestamp()
        from target
       where k.account = ${account} and k.key = ${key} and k.fence = target.fence
      returning k.fence, k.order_id, k.created_at
    )${marked}
    select fence, order_id, (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as age_ms,
           (select json_agg(json_build_object('step', step, 'request', request, 'openSends', open_sends, 'result', result, 'place', place))::text
              from idempotency_steps where ${sameKey(intent)}) as steps
      from took`;
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
  return { kind: "mine", fence: 1, orderId: textOrNull(row["order_id"]), ageMs: 0, steps };
}

function taken(row: Row, admission?: Admission): ClaimVerdict {
  const steps = new Map<string, RecordedStep>();
  const recorded: ({ step: string } & Omit<RecordedStep, "marked">)[] = JSON.parse(
    String(row["steps"] ?? "[]"),
  );
  for (const { step, ...rest } of recorded) {
    steps.set(step, { ...rest, marked: step === admission?.step?.name && rest.result === null });
  }
  return {
    kind: "mine",
    fence: Number(row["fence"]),
    orderId: textOrNull(row["order_id"]),
    ageMs: Number(row["age_ms"]),
    steps,
  };
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
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
