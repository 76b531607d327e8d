import { AsyncLocalStorage } from "node:async_hooks";
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { LifecycleEvent } from "../idempotency/index.ts";
import { type ClientAttempt, readClientAttempt } from "./client-attempt.ts";
import { tell, type TimelineOutcome } from "./tell.ts";

export type SentBy = "you" | "app" | "browser" | "fault" | "completer" | "client";

/** One request as the server received it, and what has happened to it so far. */
export interface Delivery {
  account: string;
  key: string;
  orderId: string | undefined;
  /** From 1, counted for this key over all instances. 0: nobody delivered it, the completer runs it. */
  arrival: number;
  sentBy: SentBy;
  client: ClientAttempt | undefined;
  pending: Line[];
}

interface Line {
  at: string;
  point: string;
  outcome: TimelineOutcome;
  text: string;
  fence?: number | undefined;
}

const deliveries = new AsyncLocalStorage<Delivery>();

/**
 * Losing the last tenths of a second of this story in a crash of Postgres is harmless; waiting for the disk while
 * 50 duplicates queue for one counter's row is not. For the statement that has it in its FROM, and for no other.
 */
const unhurried = sql`(select set_config('synchronous_commit', 'off', true)) as unhurried`;

export function withDelivery<T>(delivery: Delivery, work: () => Promise<T>): Promise<T> {
  return deliveries.run(delivery, work);
}

/** Counts the arrival and says who sent it, in one statement. The header is for this alone, trusted for nothing. */
export async function arrive(
  db: Database,
  given: {
    account: string;
    key: string;
    orderId: string | undefined;
    header: string | null;
    byFault?: boolean;
  },
): Promise<Delivery> {
  const client = readClientAttempt(given.header);
  const first = client?.by ?? "client";
  const [row] = await db.execute(sql`
    with counted as (
      insert into timeline_arrivals (account, key, arrivals) values (${given.account}, ${given.key}, 1)
      on conflict (account, key) do update set arrivals = timeline_arrivals.arrivals + 1
      returning arrivals
    ), seen as (
      select exists (select 1 from timeline_events
        where account = ${given.account} and key = ${given.key} and point = 'arrived'
          and tab = ${client?.tab ?? null} and client_attempt = ${client?.n ?? null}::integer) as before
    )
    insert into timeline_events (account, key, order_id, arrival, client_attempt, tab, sent_by, point, outcome, text)
    select ${given.account}, ${given.key}, ${given.orderId ?? null}, arrivals, ${client?.n ?? null}::integer, ${client?.tab ?? null}, who.sent_by,
           'arrived', 'none',
           case who.sent_by
             when 'you' then 'You pressed Pay: the request arrived'
             when 'app' then 'The page asked again: the request arrived'
             when 'browser' then 'Resent by the browser: your code did not ask for this'
             when 'fault' then 'Delivered a second time by a fault'
             else 'A request arrived from another client' end
      from counted, seen, ${unhurried},
           lateral (select case when ${given.byFault ?? false}::boolean then 'fault' when seen.before then 'browser' else ${first}::text end as sent_by) who
    returning arrival, sent_by`);
  return {
    account: given.account,
    key: given.key,
    orderId: given.orderId,
    arrival: Number(row?.["arrival"]),
    sentBy: sentBy(row?.["sent_by"]),
    client,
    pending: [],
  };
}

function sentBy(text: unknown): SentBy {
  const known: SentBy[] = ["you", "app", "browser", "fault", "completer", "client"];
  return known.find((one) => one === text) ?? "client";
}

/** Notes an event of the package. Kept in memory: `flush` writes a delivery's lines in one statement. */
export async function noteEvent(event: LifecycleEvent): Promise<void> {
  const told = tell(event);
  if (told) note({ point: event.point, fence: event.fence, ...told });
}

export function note(line: Omit<Line, "at">): void {
  deliveries.getStore()?.pending.push({ at: new Date().toISOString(), ...line });
}

/** Writes what is noted. Never rejects: the timeline tells of payments and must not undo one. */
export async function flush(db: Database, delivery: Delivery): Promise<void> {
  const lines = delivery.pending.splice(0);
  if (lines.length === 0) return;
  await db
    .execute(
      sql`insert into timeline_events (account, key, order_id, arrival, client_attempt, tab, sent_by, fence, point, outcome, text, at)
          select ${delivery.account}, ${delivery.key}::uuid, ${delivery.orderId ?? null}, ${delivery.arrival}::integer,
                 ${delivery.client?.n ?? null}::integer, ${delivery.client?.tab ?? null}, ${delivery.sentBy},
                 line.fence, line.point, line.outcome, line.text, line.at
            from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb)
              as line(fence integer, point text, outcome text, text text, at timestamptz), ${unhurried}`,
    )
    .catch(() => undefined);
}
