import { sql, type SQL } from "drizzle-orm";
import { codeOf, constraintOf } from "../classify.ts";
import {
  type Admission,
  type Granted,
  type Intent,
  READ,
  readRow,
  type RecordedStep,
  type SeenRow,
  seenRow,
} from "./key-row.ts";
import { composed } from "../render.ts";
import { isRecent, rememberRecent } from "../recent-keys.ts";
import { asReadToday, type ReadsInput } from "../same-request.ts";
import { type Row, rowsOf, rowsOfRepeating, type Store, textOf } from "../store.ts";
import { takeOver, voidReleased } from "./take-over.ts";

export type ClaimVerdict =
  | Granted
  | { kind: "seen"; row: SeenRow }
  /** Not admitted, or not any more. */
  | { kind: "absent" }
  | { kind: "order-held"; by: { key: string; state: string } };

/**
 * Insert the key or read what is there, autocommit, READ COMMITTED; where something is admitted, one statement does both. A
 * replay writes nothing: no lock, no WAL. A key whose holder is gone is then taken over by a second statement.
 */
export async function claim(
  store: Store,
  intent: Intent,
  leaseMs: number,
  admission?: Admission,
  reads?: ReadsInput,
): Promise<ClaimVerdict> {
  try {
    const known = isRecent(intent) ? await readRow(store, intent) : undefined;
    const row = known ?? (await insertOrRead(store, intent, leaseMs, admission));
    if (row === undefined) return { kind: "absent" };
    rememberRecent(intent);
    if (row["how"] === "made") return made(row, admission);
    const seen = await asReadToday(store, intent, seenRow(row), reads);
    const ours = seen.procedure === intent.procedure && seen.fingerprint === intent.fingerprint;
    const taken =
      ours && isFree(seen) ? await takeOver(store, intent, leaseMs, admission) : undefined;
    if (taken) return taken;
    if (ours && seen.state === "released" && admission?.again) {
      const { outdated } = admission;
      const state = outdated && (await voidReleased(store, intent, outdated));
      return state ? { kind: "seen", row: { ...seen, state } } : { kind: "absent" };
    }
    return { kind: "seen", row: seen };
  } catch (error) {
    if (codeOf(error) !== "23505" || constraintOf(error) !== "idempotency_one_per_order")
      throw error;
    return await whoHoldsTheOrder(store, intent, admission, reads);
  }
}

function isFree({ state, leaseLeftMs }: SeenRow): boolean {
  return (
    state === "released" || ((state === "in_progress" || state === "unknown") && leaseLeftMs === 0)
  );
}

async function insertOrRead(
  store: Store,
  intent: Intent,
  leaseMs: number,
  admission?: Admission,
): Promise<Row | undefined> {
  if (admission) {
    const [row] = await rowsOfRepeating(store, readOrAdmit(intent, leaseMs, admission));
    return row;
  }
  // Without looking first: most keys are new, and one that is there makes this statement write nothing.
  const [made] = await rowsOfRepeating(store, composed(paramsOf(intent, leaseMs), INSERT));
  return made ?? (await readRow(store, intent));
}

/** $1 to $6 of the statements below. */
function paramsOf({ account, key, procedure, fingerprint, input }: Intent, leaseMs: number) {
  return [account, key, procedure, fingerprint, input, leaseMs];
}

const keyFor = (order: string, holds: string) => `insert into idempotency_keys
      (account, key, procedure, fingerprint, input, order_id, holds, state, fence, lease_until)
      select $1, $2::uuid, $3, $4, $5, ${order}, ${holds}, 'in_progress', 1, clock_timestamp() + $6::integer * interval '1 millisecond'`;

const INSERT = `${keyFor("null", "false")}
      on conflict (account, key) do nothing
      returning 'made' as how, null as order_id`;

/** What is admitted is looked up, priced and locked only for a key that is new. */
function readOrAdmit(intent: Intent, leaseMs: number, { step, select }: Admission): SQL {
  const params = paramsOf(intent, leaseMs);
  if (step === undefined)
    return composed(params, ADMITTING, select, `${ADMITTED}${outcome("null")}`);
  params.push(step.name, step.providerKey());
  return composed(params, ADMITTING, select, ADMITTED_AND_MARKED);
}

const ADMITTING = `with seen as materialized (
      ${READ}
    ), admitted as materialized (
        select a.order_id, a.request from (`;
const ADMITTED = `) a where not exists (select 1 from seen)
    ), made as (
      ${keyFor("order_id", "order_id is not null")}
        from admitted
      on conflict (account, key) do nothing
      returning order_id
    )`;
const outcome = (request: string) => `
    select 'made' as how, order_id, ${request} as request,
           null as procedure, null as fingerprint, null as state, 1 as fence, null as answer, 0 as lease_left_ms from made
    union all
    select 'seen', null, null, procedure, fingerprint, state, fence, answer, lease_left_ms from seen`;
/** Its $7 and $8 are the step's name and its provider key. */
const ADMITTED_AND_MARKED = `${ADMITTED}, frozen as (
        insert into idempotency_steps (account, key, step, request, provider_key, open_sends, last_sent, place)
        select $1, $2, $7, admitted.request, $8, array[1], 1, 1 from made, admitted)${outcome("(select request from admitted)")}`;

function made(row: Row, admission?: Admission): ClaimVerdict {
  const steps = new Map<string, RecordedStep>();
  if (admission?.step) {
    steps.set(admission.step.name, {
      request: String(row["request"]),
      providerKey: admission.step.providerKey(),
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
  reads?: ReadsInput,
): Promise<ClaimVerdict> {
  const [row] = await rowsOf(
    store,
    sql`select k.procedure, k.fingerprint, k.state, k.fence, k.answer,
               least(2147483647, greatest(0, extract(epoch from k.lease_until - clock_timestamp()) * 1000))::integer as lease_left_ms,
               holder.key as holder_key, holder.state as holder_state
          from (select 1) one
          left join idempotency_keys k on k.account = ${intent.account} and k.key = ${intent.key}
          left join idempotency_keys holder
            on holder.account = ${intent.account} and holder.holds and holder.key <> ${intent.key}
           and holder.order_id = coalesce(k.order_id, (select order_id from (${admission?.select ?? sql`select null::text as order_id`}) a))`,
  );
  if (row === undefined) return { kind: "absent" };
  if (row["state"] !== null && row["state"] !== "released")
    return { kind: "seen", row: await asReadToday(store, intent, seenRow(row), reads) };
  if (row["holder_key"] === null) return { kind: "absent" };
  return {
    kind: "order-held",
    by: { key: String(row["holder_key"]), state: String(row["holder_state"]) },
  };
}
