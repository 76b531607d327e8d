import { announceBranches } from "./announce.ts";
import { answer, type Answer, type Bank, type Call, type Reply } from "./call.ts";
import { chargeBranches, chargeCard } from "./charge-card.ts";
import type { ChargeRow } from "./charge.ts";
import { claimBranches, hasMoved, storeAnswer, type Claim } from "./claim.ts";
import type { BankSql } from "./database.ts";
import { eventsOfIntent } from "./event.ts";
import { nowSeconds } from "./ids.ts";
import { once } from "./once.ts";
import { expands, onlyKnown, oneOf, text } from "./params.ts";
import { paymentIntentObject, type PaymentIntentRow } from "./payment-intent.ts";
import { testCard } from "./payment-methods.ts";
import { invalid, lockTimeout, missing, type StripeError } from "./stripe-error.ts";
import { findPaymentIntent } from "./read-objects.ts";

interface Change {
  intent: PaymentIntentRow;
  charge: ChargeRow | null;
  answer: Answer;
}

/** Each lost race means that another request won it, and an intent has very few moves in it. */
const RACES_MAX = 8;

/** `POST /v1/payment_intents/:id/confirm`: charges the card given, or the one the intent has. 400 when it cannot be confirmed. */
export function confirmPaymentIntent(bank: Bank, call: Call): Promise<Reply> {
  return change(bank, call, () => {
    onlyKnown(call.params, ["payment_method", "expand"]);
    const given = text(call.params, "payment_method");
    if (given !== null) testCard(given);
    const expand = expands(call.params, "latest_charge");
    return (before) => {
      const token = given ?? before.payment_method;
      if (before.status === "succeeded" || before.status === "canceled")
        return unexpectedState("confirm", before);
      if (token === null) return unexpectedState("confirm", before);
      return chargeCard(before, token, expand);
    };
  });
}

const REASONS = ["abandoned", "duplicate", "fraudulent", "requested_by_customer"] as const;

/** `POST /v1/payment_intents/:id/cancel`: an intent that was not paid never will be. 400 when it was. */
export function cancelPaymentIntent(bank: Bank, call: Call): Promise<Reply> {
  return change(bank, call, () => {
    onlyKnown(call.params, ["cancellation_reason"]);
    const reason = oneOf(call.params, "cancellation_reason", REASONS);
    return (before) => {
      if (before.status === "succeeded" || before.status === "canceled")
        return unexpectedState("cancel", before);
      const intent: PaymentIntentRow = {
        ...before,
        status: "canceled",
        canceled_at: nowSeconds(),
        cancellation_reason: reason,
      };
      return { intent, charge: null, answer: answer(200, paymentIntentObject(intent)) };
    };
  });
}

/**
 * Reads the intent, decides, and writes where the intent is still the one that was read; otherwise decides again.
 * No interactive transaction: a backend that dies between two statements of one could leave the second outside it.
 */
function change(
  bank: Bank,
  call: Call,
  prepare: () => (before: PaymentIntentRow) => Change | StripeError,
): Promise<Reply> {
  return once(bank, call, () => {
    const decide = prepare();
    return async (claim) => {
      for (let race = 0; race < RACES_MAX; race++) {
        const before = await findPaymentIntent(bank, call.merchant, call.id);
        if (before === null) throw missing("payment_intent", call.id, "intent");
        const decision = decide(before);
        if (decision instanceof Error) {
          const refusal = answer(decision.status, { error: decision.body });
          return (await bank.database.run((sql) => storeAnswer(sql, claim, refusal)))
            ? refusal
            : null;
        }
        try {
          return (await bank.database.run((sql) => write(sql, claim, decision)))
            ? decision.answer
            : null;
        } catch (error) {
          if (!hasMoved(error)) throw error;
        }
      }
      throw lockTimeout();
    };
  });
}

async function write(
  sql: BankSql,
  claim: Claim,
  { intent, charge, answer: made }: Change,
): Promise<boolean> {
  const [row] = await sql<{ claimed: boolean }[]>`
    with ${claimBranches(sql, claim, made)},
    intent as (
      update bank.payment_intents set
        version = version + 1,
        status = ${intent.status}::text,
        payment_method = ${intent.payment_method}::text,
        latest_charge = ${intent.latest_charge}::text,
        last_payment_error = ${intent.last_payment_error}::text,
        canceled_at = ${intent.canceled_at}::bigint,
        cancellation_reason = ${intent.cancellation_reason}::text
      where id = ${intent.id} and version = ${intent.version} and exists (select from claim)
      returning 1)
    ${charge === null ? sql`` : sql`, ${chargeBranches(sql, charge, claim)}`},
    ${announceBranches(sql, claim, intent.id, eventsOfIntent(claim, intent, charge))}
    select exists (select from claim) as claimed,
      case when exists (select from claim) then bank.must_hold(exists (select from intent)) end as held`;
  return row?.claimed === true;
}

function unexpectedState(verb: "confirm" | "cancel", intent: PaymentIntentRow): StripeError {
  const refusal = invalid(
    verb === "confirm" && intent.status === "requires_payment_method"
      ? "You cannot confirm this PaymentIntent because it's missing a payment method. Provide one with this request."
      : `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    "payment_intent_unexpected_state",
  );
  refusal.body.payment_intent = paymentIntentObject(intent);
  return refusal;
}
