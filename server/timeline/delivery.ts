import { AsyncLocalStorage } from "node:async_hooks";
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { LifecycleEvent } from "../idempotency/index.ts";
import type { ClientAttempt } from "./client-attempt.ts";
import { type EventDetail, IDEMPOTENT_LANE, type SentBy } from "./event.ts";
import { tell, type TimelineOutcome } from "./tell.ts";
import { unhurried } from "./unhurried.ts";

/** One request as the server received it, and what has happened to it so far. */
export interface Delivery {
  account: string;
  /** `idempotent`, or the lane of the lab that it was sent to. */
  lane: string;
  key: string;
  orderId: string | undefined;
  /** From 1, counted for this key and lane over all instances. 0: nobody delivered it, the completer runs it. */
  arrival: number;
  sentBy: SentBy;
  client: ClientAttempt | undefined;
  /** A fault ended its attempt as a dead process would. */
  dead?: boolean;
  /** Known from the claim on. */
  fingerprint?: string | undefined;
  /** Where the lab holds this attempt, if anywhere. */
  heldAt?: ReadonlySet<string>;
  /** Set once its answer has gone: writes the lines of an attempt that goes on without a client. */
  afterwards?: () => void;
  pending: Line[];
  /** Settles when every line that a `flush` took is written. */
  written?: Promise<unknown>;
  /** What Postgres was asked since the last line. */
  statements: { sql: string; rows: number }[];
}

interface Line {
  at: string;
  point: string;
  outcome: TimelineOutcome;
  text: string;
  fence?: number | undefined;
  detail?: EventDetail | undefined;
}

const FINGERPRINT_CHARACTERS = 15;
const STATEMENTS_A_LINE = 4;

const deliveries = new AsyncLocalStorage<Delivery>();

export function withDelivery<T>(delivery: Delivery, work: () => Promise<T>): Promise<T> {
  return deliveries.run(delivery, work);
}

/** The delivery that the running code belongs to; undefined where nobody's request is served. */
export function currentDelivery(): Delivery | undefined {
  return deliveries.getStore();
}

/** A delivery that is not counted: nobody's request, but work that somebody took up. */
export function uncounted(
  of: Pick<Delivery, "account" | "key" | "orderId" | "sentBy"> & { lane?: string },
): Delivery {
  return {
    lane: IDEMPOTENT_LANE,
    ...of,
    arrival: 0,
    client: undefined,
    pending: [],
    statements: [],
  };
}

/** Notes an event of the package. Kept in memory: `flush` writes a delivery's lines in one statement. */
export async function noteEvent(event: LifecycleEvent): Promise<void> {
  const delivery = deliveries.getStore();
  if (delivery && event.point === "before-claim") delivery.fingerprint = event.detail;
  const told = tell(event, delivery?.sentBy);
  if (told) note({ point: event.point, fence: event.fence, ...told });
}

export function note({ detail, ...line }: Omit<Line, "at">): void {
  const delivery = deliveries.getStore();
  if (!delivery) return;
  const statements = delivery.statements.splice(0);
  const known = {
    ...(delivery.fingerprint && {
      fingerprint: delivery.fingerprint.slice(0, FINGERPRINT_CHARACTERS),
    }),
    ...(statements.length > 0 && { statements }),
    ...detail,
  };
  delivery.pending.push({ at: new Date().toISOString(), ...line, detail: known });
  delivery.afterwards?.();
}

/** Notes what Postgres was asked, for the next line of whoever asked; outside a delivery it costs nothing. */
export function noteStatement(statement: () => { sql: string; rows: number }): void {
  const delivery = deliveries.getStore();
  if (delivery && delivery.statements.length < STATEMENTS_A_LINE)
    delivery.statements.push(statement());
}

/**
 * Writes what is noted, and waits for what another call is writing: whoever has the answer finds its lines. Never rejects:
 * the timeline tells of payments and must not undo one.
 */
export async function flush(db: Database, delivery: Delivery): Promise<void> {
  const lines = delivery.pending.splice(0);
  if (lines.length > 0)
    delivery.written = Promise.all([delivery.written, write(db, delivery, lines)]);
  await delivery.written;
}

async function write(db: Database, delivery: Delivery, lines: Line[]): Promise<void> {
  await db
    .execute(
      sql`insert into timeline_events
            (account, lane, key, order_id, arrival, client_attempt, tab, sent_by, fence, point, outcome, text, at, detail)
          select ${delivery.account}, ${delivery.lane}, ${delivery.key}::uuid, ${delivery.orderId ?? null}, ${delivery.arrival}::integer,
                 ${delivery.client?.n ?? null}::integer, ${delivery.client?.tab ?? null}, ${delivery.sentBy},
                 line.fence, line.point, line.outcome, line.text, line.at, line.detail
            from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb)
              as line(fence integer, point text, outcome text, text text, at timestamptz, detail jsonb), ${unhurried(delivery.account)}`,
    )
    .catch(() => undefined);
}
