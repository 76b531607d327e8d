import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Bank, Call, Reply } from "./call.ts";
import { claimOf, type Claim } from "./claim.ts";
import { keyInUse, keyReused, StripeError } from "./stripe-error.ts";

/** Does the work and stores the answer in one statement; null when the key turned out to be taken. */
export type Work = (claim: Claim) => Promise<Answer | null>;

/**
 * Stripe's idempotency for one POST. `prepare` checks the parameters and touches nothing.
 * - first time: the work is done, its answer stored in the same commit, declines included;
 * - again with the same parameters: the stored status and bytes, wherever and whenever the first one ended;
 * - with others: 400 `idempotency_error`; while the first is at work: 409 `idempotency_key_in_use`;
 * - what `prepare` or a missing object refuses is not stored: the key may be used again.
 *
 * The map of keys at work is a courtesy that makes the 409 quick. It dies with the process, as it should; that a key
 * takes effect once is decided in Postgres, by `claimBranches`, for any number of processes.
 */
export async function once(bank: Bank, call: Call, prepare: () => Work): Promise<Reply> {
  if (call.idempotencyKey === null || bank.keyLifeMs === 0)
    return withoutMemory(bank, call, prepare);
  const claim = claimOf(call, call.idempotencyKey, bank.keyLifeMs);
  const slot = `${claim.merchant}:${claim.keyHash}`;
  const running = bank.inFlight.get(slot);
  if (running !== undefined) throw running === call.fingerprint ? keyInUse() : keyReused();
  bank.inFlight.set(slot, call.fingerprint);
  try {
    if (call.busyMs > 0) await sleep(call.busyMs);
    const answer = await prepare()(claim);
    if (answer !== null) return { ...answer, replayOf: null };
    const stored = await storedReply(bank, claim);
    if (stored === null) throw keyInUse();
    return stored;
  } catch (error) {
    if (!(error instanceof StripeError) || error.body.type === "idempotency_error") throw error;
    // A refusal says nothing about a key that already has its answer: the state it met may be that answer's own doing.
    const stored = await storedReply(bank, claim);
    if (stored === null) throw error;
    return stored;
  } finally {
    bank.inFlight.delete(slot);
  }
}

/** The same path under a key that nobody else knows: no replay can ever find it. */
async function withoutMemory(bank: Bank, call: Call, prepare: () => Work): Promise<Reply> {
  if (call.busyMs > 0) await sleep(call.busyMs);
  const answer = await prepare()(claimOf(call, randomUUID(), bank.keyLifeMs));
  if (answer === null) throw keyInUse();
  return { ...answer, replayOf: null };
}

interface StoredAnswer {
  fingerprint: string;
  status: number;
  body: string;
  request_id: string;
}

async function storedReply(bank: Bank, claim: Claim): Promise<Reply | null> {
  const [stored] = await bank.database.run(
    (sql) => sql<StoredAnswer[]>`
      select fingerprint, status, body, request_id from bank.answers
      where merchant = ${claim.merchant} and key_hash = ${claim.keyHash}
        and at > clock_timestamp() - ${claim.keyLifeMs}::float8 * interval '1 millisecond'`,
  );
  if (stored === undefined) return null;
  if (stored.fingerprint !== claim.fingerprint) throw keyReused();
  return { status: stored.status, body: stored.body, replayOf: stored.request_id };
}
