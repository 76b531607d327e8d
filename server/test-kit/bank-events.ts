import type postgres from "postgres";
import Stripe from "stripe";
import { receiveWebhook } from "../events/receive-webhook.ts";
import { operations } from "../operations.ts";
import type { Services } from "../wiring.ts";
import { Buyer } from "./buyer.ts";
import { type Stack, WEBHOOK_SECRET } from "./stack.ts";

export interface ToldEvent {
  id: string;
  type: string;
  /** The bytes that the bank signs. */
  body: string;
}

/** What the bank recorded about one order, the oldest first, delivered or not. */
export async function eventsOf(sql: postgres.Sql, orderId: string): Promise<ToldEvent[]> {
  return await sql<ToldEvent[]>`
    select e.id, e.type, e.body from bank.events e
     where e.body like ${`%${orderId}%`}
        or e.body like any (select '%' || c.id || '%' from bank.charges c where c.metadata like ${`%${orderId}%`})
     order by e.created, e.ctid`;
}

/**
 * A payment that nobody here knows the end of: the bank has taken the money, the attempt died before it could hear so,
 * and its lease is over. With it, what the bank would tell.
 */
export async function paidUnheard(
  stack: Stack,
  { beforeLeaseEnds }: { beforeLeaseEnds?: () => Promise<void> } = {},
) {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await buyer
    .pays(payment, { headers: { "x-fault-plan": "crash-after-provider" } })
    .catch(() => undefined);
  await beforeLeaseEnds?.();
  await leaseEnds(stack.sql, payment.idempotencyKey);
  const [charged, whole] = await eventsOf(stack.sql, payment.orderId);
  if (charged === undefined || whole === undefined) throw new Error("The bank recorded no events");
  return { buyer, payment, charged, whole };
}

/** Time passes. */
export async function leaseEnds(sql: postgres.Sql, key: string): Promise<void> {
  await sql`update idempotency_keys set lease_until = clock_timestamp() where key = ${key}`;
}

export interface Sending {
  secret?: string;
  /** Seconds since 1970: when it says that it was signed. */
  stamp?: number;
  /** Instead of a good one. */
  signature?: string;
}

/** Delivers an event as the bank does, by hand. */
export async function delivers(
  services: Services,
  { body }: Pick<ToldEvent, "body">,
  { secret = WEBHOOK_SECRET, stamp, signature }: Sending = {},
): Promise<{ status: number; effect?: string; message?: string }> {
  const header =
    signature ??
    Stripe.webhooks.generateTestHeaderString({
      payload: body,
      secret,
      ...(stamp !== undefined && { timestamp: stamp }),
    });
  const response = await receiveWebhook(
    services,
    operations,
    new Request("http://shop.test/api/webhooks/bank", {
      method: "POST",
      body,
      headers: { "stripe-signature": header },
    }),
  );
  const answer = (await response.json()) as { effect?: string; message?: string };
  return { status: response.status, ...answer };
}
