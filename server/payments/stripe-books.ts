import Stripe from "stripe";
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
  const created = "account" in of ? {} : { created: createdWithin(of) };
  const group = "account" in of ? { transfer_group: of.account } : {};
  const charges: Stripe.Charge[] = [];
  for await (const charge of stripe.charges.list({ ...created, ...group, limit: PAGE }))
    if (isTaken(charge)) charges.push(charge);

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

/** The line with this id, if the provider's books have it still. */
export async function stripeLine(
  stripe: Stripe,
  of: "charge" | "refund",
  id: string,
): Promise<BankLine | undefined> {
  try {
    if (of === "charge") {
      const charge = await stripe.charges.retrieve(id);
      return isTaken(charge) ? line(charge, charge.id) : undefined;
    }
    const refund = await stripe.refunds.retrieve(id);
    return isMade(refund) ? line(refund, idOf(refund.charge)) : undefined;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === "resource_missing") return;
    throw error;
  }
}

function isTaken({ status }: Stripe.Charge): boolean {
  return status === "succeeded";
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

/** The provider's times are whole seconds: what is in one that is cut is listed. */
function createdWithin({
  from,
  before,
}: {
  from?: string | undefined;
  before?: string | undefined;
}) {
  return {
    ...(from !== undefined && { gte: Math.floor(Date.parse(from) / 1_000) }),
    ...(before !== undefined && { lt: Math.ceil(Date.parse(before) / 1_000) }),
  };
}
