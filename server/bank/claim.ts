import type { Telling } from "./announce.ts";
import type { Answer, Call } from "./call.ts";
import type { BankSql } from "./database.ts";
import { sha256 } from "./ids.ts";

/** The right to answer for one key, not yet taken: it is taken in the statement that does the work. */
export interface Claim {
  merchant: string;
  keyHash: string;
  /** What the journal shows of the key; null when the request had none. */
  journalKeyHash: string | null;
  fingerprint: string;
  requestId: string;
  keyLifeMs: number;
  /** As the request had it, for its events; null when it had none. */
  idempotencyKey: string | null;
  telling: Telling | null;
}

export function claimOf(call: Call, key: string, keyLifeMs: number): Claim {
  return {
    merchant: call.merchant,
    keyHash: sha256(key).toString("hex"),
    journalKeyHash:
      call.idempotencyKey === null ? null : sha256(call.idempotencyKey).toString("hex"),
    fingerprint: call.fingerprint,
    requestId: call.requestId,
    keyLifeMs,
    idempotencyKey: call.idempotencyKey,
    telling: call.telling,
  };
}

/**
 * The first branches of every statement that changes something: `gate`, then `claim`, which has one row for whoever
 * may go on. All further branches select from `claim`, so effect and stored answer are one commit and a bank that is
 * killed leaves either both or neither; no claim can be left behind to block the key.
 *
 * `gate` makes a second statement for the same key give up at once instead of waiting in the unique index. Its lock
 * belongs to the statement's own transaction: a dead process cannot keep it. An answer older than its life is overwritten.
 */
export function claimBranches(sql: BankSql, claim: Claim, { status, body }: Answer) {
  const lock = sha256(`${claim.merchant}:${claim.keyHash}`).readBigInt64BE().toString();
  return sql`
    gate as materialized (select pg_try_advisory_xact_lock(${lock}::bigint) as mine),
    claim as (
      insert into bank.answers as stored (merchant, key_hash, fingerprint, status, body, request_id)
      select ${claim.merchant}::text, ${claim.keyHash}::text, ${claim.fingerprint}::text, ${status}::int,
             ${body}::text, ${claim.requestId}::text
      from gate where gate.mine
      on conflict (merchant, key_hash) do update
        set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
            request_id = excluded.request_id, at = excluded.at
        where stored.at <= clock_timestamp() - ${claim.keyLifeMs}::float8 * interval '1 millisecond'
      returning 1)`;
}

/** Stores an answer that changes nothing else, for instance a refusal. False: the key was taken. */
export async function storeAnswer(sql: BankSql, claim: Claim, answer: Answer): Promise<boolean> {
  const [row] = await sql<{ claimed: boolean }[]>`
    with ${claimBranches(sql, claim, answer)}
    select exists (select from claim) as claimed`;
  return row?.claimed === true;
}

/** True for the error of `bank.must_hold`: the statement rolled back because its row had moved. */
export function hasMoved(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "BK001";
}
