import { sql } from "drizzle-orm";
import { codeOf, firstOf, mayPass } from "./classify.ts";
import { IS_OF_LATER, LEASE_OVER } from "./core/key-row.ts";
import { takeOverForReview } from "./core/take-over.ts";
import { CODES, IdempotencyError, NeedsReview } from "./errors.ts";
import { reviewReason } from "./review-reason.ts";
import { type Row, rowsOf, type Store, timeAsText } from "./store.ts";

export interface Abandoned {
  account: string;
  key: string;
  procedure: string;
  /** The accepted input, as the first attempt's caller sent it. */
  input: unknown;
}

export interface Rounds {
  /** How many are handed on at once. */
  atMost?: number;
  /** Which operations this worker knows; the others are left to whoever does. Default: all. */
  procedures?: readonly string[];
  /**
   * Of these, one whose holder died is left for half a lease more: somebody who looks on and resumes it by hand, or a
   * client that waits for it, should come first.
   */
  patientWith?: readonly string[];
  /** Told what `resume` threw: without it nobody hears that nothing is carried on. It must not throw. */
  onError?(abandoned: Abandoned, error: unknown): void;
}

export interface Round {
  found: number;
  /** Of these, whose `resume` threw. Given up for good, or taken by another worker meanwhile, is no failure. */
  failed: number;
}

/**
 * Another deploy's worker may read what this one cannot. What nobody has claimed for so long is nobody's any more: counted from
 * the end of its lease and not from its birth, since one that another deploy asks for every few seconds may be as old.
 */
const REVIEW_AFTER_MINUTES = 10;

/**
 * Finds attempts whose lease is over and hands each to `resume`, which runs the same operation without a
 * client: it claims like anybody, so any number of workers may do this at once. An attempt that ended unknown
 * waits 0.5 s to 5 s longer each time, so that a provider that is down is not stormed.
 *
 * Of what `resume` could not even claim, nobody else is kept from their turn, and once it has been nobody's for 10 minutes it
 * waits for a person instead of being found again for ever. An error that may pass (no connection, "ask again") never does that.
 * @throws what the database throws; `resume` may throw what it likes
 */
export async function resumeAbandoned(
  store: Store,
  resume: (abandoned: Abandoned) => Promise<unknown>,
  rounds: Rounds = {},
): Promise<Round> {
  const { atMost = 20 } = rounds;
  const round: Round = { found: 0, failed: 0 };
  for (let last: Row | undefined; ;) {
    const rows = await findAbandoned(store, rounds, atMost, last);
    const settled = await Promise.allSettled(
      rows.map((row) => carryOn(store, row, resume, rounds.onError)),
    );
    const outcomes = settled.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
    round.found += rows.length;
    round.failed += outcomes.filter((outcome) => outcome !== "carried on").length;
    // Those that failed behind their claim have had their turn, and the others have theirs in the next round.
    if (rows.length < atMost || !outcomes.includes("unclaimed")) return round;
    last = rows.at(-1);
  }
}

/** By a total order, so that a round gets past those that stay where they are. */
async function findAbandoned(
  store: Store,
  { procedures, patientWith = [] }: Rounds,
  atMost: number,
  last: Row | undefined,
): Promise<Row[]> {
  const known =
    procedures &&
    sql`and procedure in (select json_array_elements_text(${JSON.stringify(procedures)}::json))`;
  const behind =
    last &&
    sql`and (lease_until, account, key) > (${last["lease"]}::timestamptz, ${last["account"]}, ${last["key"]}::uuid)`;
  return await rowsOf(
    store,
    sql`select account, key, procedure, input, fence, ${timeAsText("lease_until")} as lease,
               lease_until < clock_timestamp() - ${REVIEW_AFTER_MINUTES}::integer * interval '1 minute' as is_nobodys
          from idempotency_keys
         where state in ('in_progress', 'unknown') and ${sql.raw(LEASE_OVER)}
           and (state = 'in_progress' or ${sql.raw(IS_OF_LATER)}
                or lease_until + least(interval '5 seconds', interval '0.25 second' * power(2, least(fence, 10))) <= clock_timestamp())
           and (state <> 'in_progress' or ${sql.raw(IS_OF_LATER)} or procedure not in (select json_array_elements_text(${JSON.stringify(patientWith)}::json))
                or lease_until + (lease_until - updated_at) / 2 <= clock_timestamp())
           ${known ?? sql``} ${behind ?? sql``}
         order by lease_until, account, key limit ${atMost}`,
  );
}

async function carryOn(
  store: Store,
  row: Row,
  resume: (abandoned: Abandoned) => Promise<unknown>,
  onError: Rounds["onError"],
): Promise<"carried on" | "failed" | "unclaimed"> {
  const abandoned = {
    account: String(row["account"]),
    key: String(row["key"]),
    procedure: String(row["procedure"]),
    input: JSON.parse(String(row["input"])),
  };
  try {
    await resume(abandoned);
    return "carried on";
  } catch (error) {
    const code = firstOf(error, refusalOf);
    if (code === "VOIDED" || code === "IN_PROGRESS") return "carried on";
    onError?.(abandoned, error);
    if (!(await isWhereItWas(store, row))) return "failed";
    const isForNow = (code !== undefined && CODES[code].retryable) || mayPass(error);
    if (row["is_nobodys"] === true && !isForNow)
      await takeOverForReview(store, row, reviewReason(whyNobodys(error)), REVIEW_AFTER_MINUTES);
    return "unclaimed";
  }
}

const refusalOf = (level: object) => (level instanceof IdempotencyError ? level.code : undefined);

/** Each claim raises the fence, so who has the same was not claimed. */
async function isWhereItWas(store: Store, { account, key, fence }: Row): Promise<boolean> {
  const rows = await rowsOf(
    store,
    sql`select 1 from idempotency_keys where account = ${account} and key = ${key} and fence = ${fence}
           and state in ('in_progress', 'unknown') and ${sql.raw(LEASE_OVER)}`,
  );
  return rows.length > 0;
}

/** Others than a {@link NeedsReview} say their code and not their message, which may hold somebody's input. */
function whyNobodys(error: unknown): string {
  if (error instanceof NeedsReview) return error.message;
  const code = codeOf(error) ?? (error instanceof Error ? error.name : "no error");
  return `nobody could carry it on within ${REVIEW_AFTER_MINUTES} minutes (${code})`;
}
