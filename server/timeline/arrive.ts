import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { readClientAttempt } from "./client-attempt.ts";
import type { Delivery } from "./delivery.ts";
import { type EventDetail, IDEMPOTENT_LANE, SENDERS, type SentBy } from "./event.ts";
import { unhurried } from "./unhurried.ts";

/** Headers that a reader of the timeline may want to see; no other is kept, the cookie least of all. */
const TOLD_HEADERS = [
  "idempotency-key",
  "x-client-attempt",
  "x-fault-plan",
  "content-type",
  "origin",
  "user-agent",
];
const HEADER_CHARACTERS = 160;

/** The button behind each procedure that is not a payment. */
const BUTTONS: Record<string, string> = { "refunds.create": "Refund", "agent.run": "Run" };

export interface Arriving {
  account: string;
  /** The shop's own when left out. */
  lane?: string;
  key: string;
  orderId: string | undefined;
  /** What was asked for; a payment when left out. */
  procedure?: string;
  headers: Headers;
  /** Delivered a second time by a fault; nobody sent it. */
  byFault?: boolean;
}

/** Counts the arrival and says who sent it, in one statement. The header is for this alone, trusted for nothing. */
export async function arrive(db: Database, given: Arriving): Promise<Delivery> {
  const { account, lane = IDEMPOTENT_LANE, key, orderId, headers, byFault = false } = given;
  const client = readClientAttempt(headers.get("x-client-attempt"));
  const first = client?.by ?? "client";
  const pressed = `You pressed ${BUTTONS[given.procedure ?? ""] ?? "Pay"}: the request arrived`;
  const detail: EventDetail = { headers: toldHeaders(headers) };
  const [row] = await db.execute(sql`
    with counted as (
      insert into timeline_arrivals (account, lane, key, arrivals) values (${account}, ${lane}, ${key}, 1)
      on conflict (account, lane, key) do update set arrivals = timeline_arrivals.arrivals + 1
      returning arrivals
    ), seen as (
      select exists (select 1 from timeline_events
        where account = ${account} and key = ${key} and lane = ${lane} and point = 'arrived'
          and tab = ${client?.tab ?? null} and client_attempt = ${client?.n ?? null}::integer) as before
    )
    insert into timeline_events (account, lane, key, order_id, arrival, client_attempt, tab, sent_by, point, outcome, text, detail)
    select ${account}, ${lane}, ${key}, ${orderId ?? null}, arrivals, ${client?.n ?? null}::integer, ${client?.tab ?? null}, who.sent_by,
           'arrived', 'none',
           case who.sent_by
             when 'you' then ${pressed}::text
             when 'app' then 'The page asked again: the request arrived'
             when 'browser' then 'Resent by the browser: your code did not ask for this'
             when 'fault' then 'Delivered a second time by a fault'
             else 'A request arrived from another client' end,
           ${JSON.stringify(detail)}::text::jsonb
      from counted, seen, ${unhurried(account)},
           lateral (select case when ${byFault}::boolean then 'fault' when seen.before then 'browser' else ${first}::text end as sent_by) who
    returning arrival, sent_by`);
  return {
    account,
    lane,
    key,
    orderId,
    arrival: Number(row?.["arrival"]),
    sentBy: sentBy(row?.["sent_by"]),
    client,
    pending: [],
    statements: [],
  };
}

function toldHeaders(headers: Headers): Record<string, string> {
  const told: Record<string, string> = {};
  for (const name of TOLD_HEADERS) {
    const value = headers.get(name);
    if (value !== null) told[name] = value.slice(0, HEADER_CHARACTERS);
  }
  return told;
}

function sentBy(text: unknown): SentBy {
  return SENDERS.find((one) => one === text) ?? "client";
}
