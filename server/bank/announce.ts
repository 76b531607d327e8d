import type { PendingQuery, Row } from "postgres";
import type { Claim } from "./claim.ts";
import type { BankSql } from "./database.ts";
import type { BankEvent } from "./event.ts";
import { nowSeconds } from "./ids.ts";

/** How the events of one request are to arrive; a fault, but for the defaults. */
export interface Telling {
  twice: boolean;
  /** How much later than at once, in milliseconds. */
  lateMs: number;
  /** In the opposite order. */
  reordered: boolean;
  lost: boolean;
}

export const PLAINLY: Telling = { twice: false, lateMs: 0, reordered: false, lost: false };

/** Far enough apart that a receiver has done with one before the next arrives. */
export const APART_MS = 150;

/**
 * The branches that record events and their deliveries, for a statement that has a `claim`: told if and only if it
 * happened. `charge` says that the statement has a branch of that name with the charge's totals after a refund.
 */
export function announceBranches(
  sql: BankSql,
  claim: Claim,
  subject: string,
  events: BankEvent[],
  totals: "as they are" | "from charge" = "as they are",
) {
  const recorded = events.map(
    ({ id, type, objectId, body }) => sql`
      select ${id}::text, ${claim.merchant}::text, ${nowSeconds()}::bigint, ${type}::text, ${objectId}::text,
             ${totals === "from charge" && type === "charge.refunded" ? withTotals(sql, body) : sql`${body}::text`}
        from claim`,
  );
  const branch = sql`
    events as (
      insert into bank.events (id, merchant, created, type, object_id, body) ${allOf(sql, recorded)})`;
  if (claim.telling === null) return branch;
  const due = deliveriesOf(events, claim.telling).map(
    ({ event, delayMs, ended }) => sql`
      select ${event}::text, ${subject}::text, clock_timestamp() + ${delayMs}::int * interval '1 millisecond',
             ${ended}::text, case when ${ended !== null}::boolean then clock_timestamp() end
        from claim`,
  );
  return sql`${branch},
    deliveries as (
      insert into bank.deliveries (event, subject, due_at, ended, ended_at) ${allOf(sql, due)})`;
}

/** Another refund may have come in between the read and this statement: what is told is what is written. */
function withTotals(sql: BankSql, body: string) {
  return sql`(
    select jsonb_set(jsonb_set(jsonb_set(${body}::text::jsonb,
        '{data,object,amount_refunded}', to_jsonb(c.amount_refunded)),
        '{data,object,refunded}', to_jsonb(c.amount_refunded = c.amount)),
        '{data,previous_attributes,amount_refunded}', to_jsonb(c.amount_before))::text
      from charge c)`;
}

function allOf(sql: BankSql, selects: PendingQuery<Row[]>[]) {
  return selects.flatMap((select, at) => (at === 0 ? select : [sql`union all`, select]));
}

function deliveriesOf(events: BankEvent[], { twice, lateMs, reordered, lost }: Telling) {
  const inOrder = reordered ? [...events].reverse() : events;
  const first = inOrder.map(({ id }, at) => ({
    event: id,
    delayMs: lateMs + (reordered ? at * APART_MS : 0),
    ended: lost ? "lost" : null,
  }));
  if (!twice || lost) return first;
  // Late, it is the second that is: the first has been told, believed and perhaps forgotten.
  const again = first.map((one) => ({ ...one, delayMs: one.delayMs + APART_MS }));
  return [...first.map((one) => ({ ...one, delayMs: one.delayMs - lateMs })), ...again];
}
