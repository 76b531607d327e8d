import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "./database.ts";
import { signatureHeader } from "./sign.ts";

export interface Webhook {
  url: string;
  /** All of them sign: the receiver may know the old one or the new one. */
  secrets: readonly string[];
}

interface Due {
  id: number;
  subject: string;
  attempts: number;
  body: string;
}

const POLL_MS = 100;
/** Sendings at work at once, each of another subject: a receiver that hangs at one holds up no more than its own. */
const AT_ONCE = 24;
const TIMEOUT_MS = 5_000;
/** Of what is due in one look. One subject may fill it once: then it is busy, and the next look sees the others. */
const LOOKED_AT = 20 * AT_ONCE;
/** After this, what a dead bank had taken is due again. Twice the time-out: nobody sends what is still being sent. */
const CLAIM_MS = 10_000;
/** 0.25 s, 0.4 s, 0.64 s … 60 s: seven tries while a lease of 6 s runs out. */
const BACKOFF = { firstMs: 250, factor: 1.6, maxMs: 60_000 };
const GIVE_UP_AFTER = "3 days";

/**
 * Delivers what is due until it is told to stop, at least once: a row is done when the receiver has said 2xx, and a
 * bank that dies before it has noted that will deliver again. Any number of banks may do this on one database; each
 * sends one after the other for one subject, side by side for different ones.
 */
export function startDelivering(database: Database, webhook: Webhook): () => Promise<void> {
  /** By subject, one of each: what else is due for it stays where it is, so that it takes no other's place. */
  const atWork = new Map<string, Promise<void>>();
  let ended = () => {};
  const stopping = new AbortController();

  const start = (due: Due) => {
    const sending = deliver(database, webhook, due, stopping.signal)
      // Not noted: it is due again by itself.
      .catch(() => {})
      .finally(() => {
        atWork.delete(due.subject);
        ended();
      });
    atWork.set(due.subject, sending);
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      // Whoever ends from here on is not in this look's list, and may have more to be sent.
      const oneEnds = new Promise<void>((resolve) => (ended = resolve));
      const room = AT_ONCE - atWork.size;
      const busy = [...atWork.keys()];
      const due = room > 0 ? await takeDue(database, room, busy).catch(() => []) : [];
      due.forEach(start);
      await Promise.race([sleep(POLL_MS), oneEnds]);
    }
    await Promise.all(atWork.values());
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

/** The first of each subject that is not busy. Taken by moving their due time: whoever dies with them leaves them due again. */
function takeDue(database: Database, room: number, busy: string[]): Promise<Due[]> {
  return database.run(
    (sql) => sql<Due[]>`
      with oldest as materialized (
        select id, subject, due_at from bank.deliveries
         where ended is null and due_at <= now()
           and subject not in (select jsonb_array_elements_text(${JSON.stringify(busy)}::text::jsonb))
         order by due_at, id limit ${LOOKED_AT}::int),
      first as (select distinct on (subject) id from oldest order by subject, due_at, id),
      due as materialized (
        select d.id from bank.deliveries d join first using (id)
         where d.ended is null and d.due_at <= now()
         order by d.due_at, d.id limit ${room}::int for update of d skip locked),
      taken as (
        update bank.deliveries d
           set attempts = attempts + 1, due_at = clock_timestamp() + ${CLAIM_MS}::int * interval '1 millisecond'
          from due where d.id = due.id
        returning d.id, d.event, d.subject, d.attempts)
      select t.id, t.subject, t.attempts, e.body from taken t join bank.events e on e.id = t.event order by t.id`,
  );
}

async function deliver(
  database: Database,
  webhook: Webhook,
  delivery: Due,
  stopped: AbortSignal,
): Promise<void> {
  const status = await send(webhook, delivery.body, stopped);
  const done = status >= 200 && status < 300;
  const backoffMs = Math.min(
    BACKOFF.firstMs * BACKOFF.factor ** (delivery.attempts - 1),
    BACKOFF.maxMs,
  );
  await database.run(
    (sql) => sql`
      update bank.deliveries
         set last_status = ${status}::int, due_at = clock_timestamp() + ${backoffMs}::float8 * interval '1 millisecond',
             ended = case when ${done}::boolean then 'delivered'
                          when made_at < clock_timestamp() - ${GIVE_UP_AFTER}::interval then 'given up' end,
             ended_at = case when ${done}::boolean then clock_timestamp() end
       where id = ${delivery.id} and ended is null`,
  );
}

/** The status; 0 when there was no answer. What the answer says beyond that is nobody's business. */
async function send(
  { url, secrets }: Webhook,
  body: string,
  stopped: AbortSignal,
): Promise<number> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "stripe-signature": signatureHeader(body, secrets),
        "user-agent": "PayOnce-Bank/1.0 (+webhooks)",
      },
      body,
      redirect: "manual",
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}
