import { answer, type Answer } from "./call.ts";
import type { ChargeRow } from "./charge.ts";
import type { Claim } from "./claim.ts";
import type { BankSql } from "./database.ts";
import { newId, nowSeconds } from "./ids.ts";
import { paymentIntentObject, type PaymentIntentRow } from "./payment-intent.ts";
import { testCard, type Decline } from "./payment-methods.ts";
import { docUrl } from "./stripe-error.ts";

export interface Attempt {
  /** The intent as it is after the attempt. */
  intent: PaymentIntentRow;
  charge: ChargeRow;
  /** 200 with the intent, or 402 with the card error: both are answers, both are stored. */
  answer: Answer;
}

/** Decides what charging this card does. Pure: nothing has happened until the rows are written. */
export function chargeCard(before: PaymentIntentRow, token: string, expand: boolean): Attempt {
  const { decline } = testCard(token);
  const charge = chargeOf(before, token, decline);
  const after: PaymentIntentRow = { ...before, payment_method: token, latest_charge: charge.id };
  if (decline === null) {
    const intent: PaymentIntentRow = { ...after, status: "succeeded", last_payment_error: null };
    return {
      intent,
      charge,
      answer: answer(200, paymentIntentObject(intent, expand ? charge : null)),
    };
  }
  const error = {
    charge: charge.id,
    code: decline.code,
    decline_code: decline.declineCode,
    doc_url: docUrl(decline.code),
    message: decline.message,
    type: "card_error",
  };
  const intent: PaymentIntentRow = {
    ...after,
    // A declined card leaves the intent, as Stripe does: the buyer is to bring another one.
    payment_method: null,
    status: "requires_payment_method",
    last_payment_error: JSON.stringify(error),
  };
  const shown = paymentIntentObject(intent, expand ? charge : null);
  return { intent, charge, answer: answer(402, { error: { ...error, payment_intent: shown } }) };
}

function chargeOf(intent: PaymentIntentRow, token: string, decline: Decline | null): ChargeRow {
  return {
    id: newId("ch"),
    merchant: intent.merchant,
    created: nowSeconds(),
    amount: intent.amount,
    currency: intent.currency,
    status: decline === null ? "succeeded" : "failed",
    payment_intent: intent.id,
    payment_method: token,
    customer: intent.customer,
    description: intent.description,
    transfer_group: intent.transfer_group,
    metadata: intent.metadata,
    failure_code: decline?.code ?? null,
    decline_code: decline?.declineCode ?? null,
    failure_message: decline?.message ?? null,
    amount_refunded: 0,
  };
}

/** The branches that write a charge and its journal row, for a statement that has a `claim`. */
export function chargeBranches(sql: BankSql, charge: ChargeRow, claim: Claim) {
  return sql`
    charge as (
      insert into bank.charges (id, merchant, created, amount, currency, status, payment_intent, payment_method,
        customer, description, transfer_group, metadata, failure_code, decline_code, failure_message)
      select ${charge.id}::text, ${charge.merchant}::text, ${charge.created}::bigint, ${charge.amount}::int,
        ${charge.currency}::text, ${charge.status}::text, ${charge.payment_intent}::text,
        ${charge.payment_method}::text, ${charge.customer}::text, ${charge.description}::text,
        ${charge.transfer_group}::text, ${charge.metadata}::text, ${charge.failure_code}::text,
        ${charge.decline_code}::text, ${charge.failure_message}::text
      from claim),
    ${journalBranch(sql, {
      kind: `charge.${charge.status}`,
      objectId: charge.id,
      amount: charge.amount,
      currency: charge.currency,
      ...tracesOf(charge.transfer_group, charge.metadata),
      keyHash: claim.journalKeyHash,
    })}`;
}

export interface JournalEntry {
  kind: "charge.succeeded" | "charge.failed" | "refund.succeeded";
  objectId: string;
  amount: number;
  currency: string;
  account: string | null;
  orderId: string | null;
  reference: string | null;
  keyHash: string | null;
}

/** The branch that appends to the journal, for a statement that has a `claim`. */
export function journalBranch(sql: BankSql, entry: JournalEntry) {
  return sql`
    entry as (
      insert into bank.journal (kind, object_id, amount, currency, account, order_id, reference, key_hash)
      select ${entry.kind}::text, ${entry.objectId}::text, ${entry.amount}::int, ${entry.currency}::text,
        ${entry.account}::text, ${entry.orderId}::text, ${entry.reference}::text, ${entry.keyHash}::text
      from claim)`;
}

/** Whose money and which order, as the merchant labelled it. */
export function tracesOf(transferGroup: string | null, metadata: string) {
  const labels = JSON.parse(metadata) as Record<string, string>;
  return {
    account: labels.account ?? transferGroup,
    orderId: labels.orderId ?? null,
    reference: labels.reference ?? null,
  };
}
