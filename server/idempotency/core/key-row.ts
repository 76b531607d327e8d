import { sql, type SQL } from "drizzle-orm";
import { composed } from "../render.ts";
import { type Row, rowsOf, type Store, textOf } from "../store.ts";

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
 *
 * A released key holds nothing any more. Where what it was admitted to can be taken by others meanwhile, `again` is
 * a condition (boolean) that must be true for it to run again; else it is refused as a new one would be. Where `outdated`
 * is true its frozen request can never be run any more: the key is voided, so that nothing that is put back makes it run.
 */
export interface Admission {
  select: SQL;
  again?: SQL;
  outdated?: SQL;
  step?: AdmittedStep | undefined;
}

export interface AdmittedStep {
  name: string;
  /** Asked for a key that is new: it is a hash, and a replay needs none. */
  providerKey(): string;
}

export interface RecordedStep {
  request: string;
  /** What it was first sent under. A deploy may derive another meanwhile, which the next system would take for another request. */
  providerKey: string;
  /** Fences of earlier attempts whose call has not come back. */
  openSends: number[];
  result: string | null;
  /** It was the how-manieth step of the attempt that began it, from 1. */
  place: number;
  /** True when the claim has already marked this attempt's send. */
  marked: boolean;
}

/** This attempt runs. */
export interface Granted {
  kind: "mine";
  fence: number;
  orderId: string | null;
  ageMs: number;
  steps: Map<string, RecordedStep>;
}

export interface SeenRow {
  procedure: string;
  fingerprint: string;
  state: string;
  fence: number;
  answer: string | null;
  leaseLeftMs: number;
}

/** Written before the database's clock was set back: its lease would last as much longer. Whoever still has it is fenced. */
export const IS_OF_LATER = "updated_at > clock_timestamp() + interval '5 seconds'";
export const LEASE_OVER = `(lease_until <= clock_timestamp() or ${IS_OF_LATER})`;

/** What is there of a key; a primary-key read and nothing else. Its $1 and $2 are account and key. A lease that a wrong clock gave may have more ms left than fit. */
export const READ = `select procedure, fingerprint, state, fence, answer,
             case when ${LEASE_OVER} then 0 else least(2147483647, greatest(0, extract(epoch from lease_until - clock_timestamp()) * 1000))::integer end as lease_left_ms
        from idempotency_keys where account = $1 and key = $2`;

export async function readRow(store: Store, { account, key }: Intent): Promise<Row | undefined> {
  const [row] = await rowsOf(store, composed([account, key], READ));
  return row;
}

export function sameKey({ account, key }: Intent): SQL {
  return sql`account = ${account} and key = ${key}`;
}

export function seenRow(row: Row): SeenRow {
  return {
    procedure: String(row["procedure"]),
    fingerprint: String(row["fingerprint"]),
    state: String(row["state"]),
    fence: Number(row["fence"]),
    answer: textOf(row["answer"]),
    leaseLeftMs: Number(row["lease_left_ms"]),
  };
}
