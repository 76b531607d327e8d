import { z } from "zod";

const delivery = z
  .object({
    id: z.string(),
    event: z.string(),
    attempts: z.number().int(),
    last_status: z.number().int().nullable(),
    ended: z.enum(["delivered", "lost", "given up"]).nullable(),
    due_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .transform((row) => ({
    deliveryId: row.id,
    eventId: row.event,
    attempts: row.attempts,
    /** The last HTTP status; 0 when nobody answered, null before the first try. */
    lastStatus: row.last_status,
    ended: row.ended,
    dueAt: row.due_at,
    endedAt: row.ended_at,
  }));
export type BankDelivery = z.output<typeof delivery>;
const page = z.object({ data: z.array(delivery) });

/** How the sandbox bank's events arrive. Of Stripe itself this is the dashboard's business, so there it is absent. */
export interface BankDeliveries {
  list(eventIds: readonly string[]): Promise<BankDelivery[]>;
  /** Has them delivered once more, in this order. @throws {Error} when the bank does not take it */
  resend(eventIds: readonly string[], delayMs: number): Promise<BankDelivery[]>;
}

export function bankDeliveries(given: {
  secretKey: string;
  url: string;
  timeoutMs: number;
}): BankDeliveries {
  const ask = async (query: string, init: RequestInit) => {
    const response = await fetch(`${given.url}/v1/events/deliveries${query}`, {
      ...init,
      headers: { authorization: `Bearer ${given.secretKey}` },
      signal: AbortSignal.timeout(given.timeoutMs),
    });
    if (!response.ok) throw new Error(`The bank answered ${response.status}`);
    return page.parse(await response.json()).data;
  };
  const named = (eventIds: readonly string[]) => eventIds.map((id) => ["events[]", id]);
  return {
    list: (eventIds) => ask(`?${new URLSearchParams(named(eventIds))}`, {}),
    resend: (eventIds, delayMs) =>
      ask("", {
        method: "POST",
        body: new URLSearchParams([...named(eventIds), ["delay_ms", String(delayMs)]]),
      }),
  };
}
