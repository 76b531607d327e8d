import { announceBranches } from "./announce.ts";
import { answer, type Bank, type Call, type Reply } from "./call.ts";
import { journalBranch, tracesOf } from "./charge-card.ts";
import type { ChargeRow } from "./charge.ts";
import { claimBranches, hasMoved, storeAnswer, type Claim } from "./claim.ts";
import type { BankSql } from "./database.ts";
import { eventsOfRefund } from "./event.ts";
import { newId, nowSeconds } from "./ids.ts";
import { once } from "./once.ts";
import { amount, metadata, onlyKnown, oneOf, text } from "./params.ts";
import { findCharge, findPaymentIntent } from "./read-objects.ts";
import { refundObject, type RefundRow } from "./refund.ts";
import { invalid, lockTimeout, missing, StripeError } from "./stripe-error.ts";

const KNOWN = ["amount", "charge", "metadata", "payment_intent", "reason"];
const REASONS = ["duplicate", "fraudulent", "requested_by_customer"] as const;

/** Each lost race makes what is left to refund smaller, so a few looks settle it. */
const RACES_MAX = 8;

/**
 * `POST /v1/refunds` of a charge or of an intent's paid charge; without `amount`, all that is left. 200 with the refund;
 * 400 `charge_already_refunded` or `amount_too_large` (stored under the key), 400 `resource_missing` (not stored).
 * However many run at once, the sum never passes what was captured: the row's own WHERE decides, under its lock.
 */
export function createRefund(bank: Bank, call: Call): Promise<Reply> {
  return once(bank, call, () => {
    onlyKnown(call.params, KNOWN);
    const wanted = amount(call.params);
    const reason = oneOf(call.params, "reason", REASONS);
    const labels = JSON.stringify(metadata(call.params));
    const target = {
      charge: text(call.params, "charge"),
      intent: text(call.params, "payment_intent"),
    };
    return async (claim) => {
      for (let race = 0; race < RACES_MAX; race++) {
        const charge = await chargeToRefund(bank, call.merchant, target);
        const refund = decide(charge, wanted, reason, labels);
        if (refund instanceof StripeError) {
          const refusal = answer(refund.status, { error: refund.body });
          return (await bank.database.run((sql) => storeAnswer(sql, claim, refusal)))
            ? refusal
            : null;
        }
        const made = answer(200, refundObject(refund));
        try {
          return (await bank.database.run((sql) => write(sql, claim, refund, charge, made)))
            ? made
            : null;
        } catch (error) {
          if (!hasMoved(error)) throw error;
        }
      }
      throw lockTimeout();
    };
  });
}

async function chargeToRefund(
  bank: Bank,
  merchant: string,
  target: { charge: string | null; intent: string | null },
): Promise<ChargeRow> {
  if (target.charge !== null) {
    const charge = await findCharge(bank, merchant, target.charge);
    if (charge === null) throw missing("charge", target.charge, "charge", 400);
    if (target.intent !== null && charge.payment_intent !== target.intent) {
      throw invalid("The charge does not belong to this payment_intent.", undefined, "charge");
    }
    return charge;
  }
  if (target.intent === null) {
    throw invalid(
      "One of the following params should be provided for this request: payment_intent or charge.",
    );
  }
  const intent = await findPaymentIntent(bank, merchant, target.intent);
  if (intent === null) throw missing("payment_intent", target.intent, "payment_intent", 400);
  const charge =
    intent.latest_charge === null ? null : await findCharge(bank, merchant, intent.latest_charge);
  if (charge === null) {
    throw invalid(
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
      undefined,
      "payment_intent",
    );
  }
  return charge;
}

function decide(
  charge: ChargeRow,
  wanted: number | null,
  reason: string | null,
  labels: string,
): RefundRow | StripeError {
  if (charge.status === "failed") {
    return invalid(
      `Charge ${charge.id} failed: nothing was taken that could be refunded.`,
      undefined,
      "charge",
    );
  }
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    return invalid(`Charge ${charge.id} has already been refunded.`, "charge_already_refunded");
  }
  const cents = wanted ?? left;
  if (cents > left) {
    return invalid(
      `Refund amount (${cents}) is greater than unrefunded amount on charge (${left}).`,
      "amount_too_large",
      "amount",
    );
  }
  return {
    id: newId("re"),
    merchant: charge.merchant,
    created: nowSeconds(),
    amount: cents,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: charge.payment_intent,
    reason,
    metadata: labels,
  };
}

async function write(
  sql: BankSql,
  claim: Claim,
  refund: RefundRow,
  charge: ChargeRow,
  made: { status: number; body: string },
): Promise<boolean> {
  const [row] = await sql<{ claimed: boolean }[]>`
    with ${claimBranches(sql, claim, made)},
    charge as (
      update bank.charges set amount_refunded = amount_refunded + ${refund.amount}::int
      where id = ${charge.id} and status = 'succeeded' and amount_refunded + ${refund.amount}::int <= amount
        and exists (select from claim)
      returning amount, amount_refunded, amount_refunded - ${refund.amount}::int as amount_before),
    refund as (
      insert into bank.refunds (id, merchant, created, amount, currency, charge, payment_intent, reason, metadata)
      select ${refund.id}::text, ${refund.merchant}::text, ${refund.created}::bigint, ${refund.amount}::int,
        ${refund.currency}::text, ${refund.charge}::text, ${refund.payment_intent}::text, ${refund.reason}::text,
        ${refund.metadata}::text
      from claim),
    ${journalBranch(sql, {
      kind: "refund.succeeded",
      objectId: refund.id,
      amount: refund.amount,
      currency: refund.currency,
      ...labelled(charge, refund),
      keyHash: claim.journalKeyHash,
    })},
    ${announceBranches(sql, claim, refund.payment_intent, eventsOfRefund(claim, refund, charge), "from charge")}
    select exists (select from claim) as claimed,
      case when exists (select from claim) then bank.must_hold(exists (select from charge)) end as held`;
  return row?.claimed === true;
}

/** A refund without labels of its own is booked where its charge was. */
function labelled(charge: ChargeRow, refund: RefundRow) {
  const own = tracesOf(null, refund.metadata);
  const parent = tracesOf(charge.transfer_group, charge.metadata);
  return {
    account: own.account ?? parent.account,
    orderId: own.orderId ?? parent.orderId,
    reference: own.reference ?? parent.reference,
  };
}
