import type { PaymentProvider } from "../payments/provider.ts";
import type { AgentTools } from "./ports.ts";

/** How often each outside system did its part for one order, by its own books. */
export interface Outside {
  charges: number;
  reservations: number;
  releases: number;
  mails: number;
  bookings: number;
}

/** Counted where the effects are, not where we wrote down that we asked for them. */
export async function readOutside(
  { payments, agent }: { payments: PaymentProvider; agent: AgentTools },
  account: string,
  orderId: string,
): Promise<Outside> {
  const [charges, deeds] = await Promise.all([
    payments.statement(account, orderId),
    agent.journal(account, orderId),
  ]);
  const count = (kind: string) => deeds.filter((deed) => deed.kind === kind).length;
  return {
    charges: charges.length,
    reservations: count("stock.reserved"),
    releases: count("stock.released"),
    mails: count("mail.accepted"),
    bookings: count("courier.booked"),
  };
}
