import { APART_MS } from "./announce.ts";
import { answer, type Bank, type Call, type Reply } from "./call.ts";
import type { BankSql } from "./database.ts";
import { integer, list, onlyKnown } from "./params.ts";
import { invalid, missing } from "./stripe-error.ts";

const EVENTS_MAX = 20;
const DELAY_MS_MAX = 10_000;

/**
 * `POST /v1/events/deliveries`: these events are to arrive once more, in this order, as late as `delay_ms` says.
 * What `stripe events resend` does with one of them. All of them or, when one is nobody's, none.
 */
export async function resendEvents(bank: Bank, call: Call): Promise<Reply> {
  onlyKnown(call.params, ["events", "delay_ms"]);
  if (!bank.tells) throw invalid("This bank has nobody to tell: it has no webhook address.");
  const ids = eventsIn(call);
  const delayMs = integer(call.params, "delay_ms") ?? 0;
  if (delayMs < 0 || delayMs > DELAY_MS_MAX)
    throw invalid(`delay_ms is at most ${DELAY_MS_MAX}.`, undefined, "delay_ms");
  const told = await bank.database.run(async (sql) => {
    const rows = await sql`
      with wanted as (
        select w.at, e.id, coalesce((select d.subject from bank.deliveries d where d.event = e.id limit 1), e.object_id) as subject
          from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) with ordinality w (id, at) join bank.events e on e.id = w.id
         where e.merchant = ${call.merchant}
      )
      insert into bank.deliveries (event, subject, due_at)
      select id, subject, clock_timestamp() + (${delayMs}::int + (at - 1) * ${APART_MS}::int) * interval '1 millisecond'
        from wanted where (select count(*) from wanted) = ${ids.length}::int order by at returning id`;
    return rows.length === ids.length ? await deliveriesOf(sql, call.merchant, ids) : null;
  });
  if (told === null) throw missing("event", ids.join(", "), "events", 404);
  return shown(told);
}

/** `GET /v1/events/deliveries`: each time that one of these events was or is to be delivered, the oldest first. */
export async function listDeliveries(bank: Bank, call: Call): Promise<Reply> {
  onlyKnown(call.params, ["events"]);
  const ids = list(call.params, "events");
  return shown(await bank.database.run((sql) => deliveriesOf(sql, call.merchant, ids)));
}

function eventsIn({ params }: Call): string[] {
  const ids = list(params, "events");
  if (ids.length === 0 || ids.length > EVENTS_MAX || new Set(ids).size < ids.length)
    throw invalid(`events: one to ${EVENTS_MAX} different ones.`, undefined, "events");
  return ids;
}

function deliveriesOf(sql: BankSql, merchant: string, ids: string[]) {
  return sql`
    select d.id::text, d.event, d.attempts, d.last_status, d.ended,
           to_char(d.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as due_at,
           to_char(d.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ended_at
      from bank.deliveries d join bank.events e on e.id = d.event
     where e.merchant = ${merchant} 
       and d.event in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb)) order by d.id`;
}

function shown(deliveries: readonly object[]): Reply {
  const data = deliveries.map((delivery) => ({ object: "delivery", ...delivery }));
  const body = { object: "list", url: "/v1/events/deliveries", has_more: false, data };
  return { ...answer(200, body), replayOf: null };
}
