import type Stripe from "stripe";
import type { BankBooks, BankLine, PaymentProvider } from "./provider.ts";
import { isMade } from "./stripe-refunds.ts";

const PAGE = 100;
/** Charges whose refunds are asked for at once. */
const AT_ONCE = 8;

/** The provider's books as it lists them, page by page. Its list of refunds knows no account: they are asked for by charge. */
export async function stripeBooks(
  stripe: Stripe,
  of: Parameters<PaymentProvider["books"]>[0],
): Promise<BankBooks> {
  const created = "since" in of && of.since ? { created: { gte: seconds(of.since) } } : {};
  const group = "account" in of ? { transfer_group: of.account } : {};
  const charges: Stripe.Charge[] = [];
  for await (const charge of stripe.charges.list({ ...created, ...group, limit: PAGE }))
    if (charge.status === "succeeded") charges.push(charge);

  const refunds: Stripe.Refund[] = [];
  const read = async (filter: Stripe.RefundListParams) => {
    for await (const refund of stripe.refunds.list({ ...filter, limit: PAGE }))
      if (isMade(refund)) refunds.push(refund);
  };
  if ("account" in of) {
    const returned = charges.filter((charge) => charge.amount_refunded > 0);
    for (let at = 0; at < returned.length; at += AT_ONCE)
      await Promise.all(returned.slice(at, at + AT_ONCE).map(({ id }) => read({ charge: id })));
  } else await read(created);

  return {
    captures: charges.map((charge) => line(charge, charge.id)),
    returns: refunds.map((refund) => line(refund, idOf(refund.charge))),
  };
}

function line(
  { id, metadata, amount, currency, created }: Stripe.Charge | Stripe.Refund,
  charge: string,
): BankLine {
  return {
    id,
    charge,
    account: metadata?.["account"] ?? "",
    orderId: metadata?.["orderId"] ?? "",
    reference: metadata?.["reference"] ?? "",
    amount,
    currency: currency.toUpperCase(),
    at: new Date(created * 1_000).toISOString(),
  };
}

function idOf(charge: Stripe.Refund["charge"]): string {
  return typeof charge === "string" ? charge : (charge?.id ?? "");
}

function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1_000);
}
