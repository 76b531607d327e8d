import { announceBranches } from "./announce.ts";
import { answer, type Answer, type Bank, type Call, type Reply } from "./call.ts";
import { chargeBranches, chargeCard } from "./charge-card.ts";
import type { ChargeRow } from "./charge.ts";
import { claimBranches, type Claim } from "./claim.ts";
import type { BankSql } from "./database.ts";
import { newId, nowSeconds } from "./ids.ts";
import { eventsOfIntent } from "./event.ts";
import { once } from "./once.ts";
import {
  amount,
  expands,
  flag,
  list,
  metadata,
  onlyKnown,
  oneOf,
  required,
  text,
} from "./params.ts";
import { paymentIntentObject, type PaymentIntentRow } from "./payment-intent.ts";
import { testCard } from "./payment-methods.ts";
import { invalid } from "./stripe-error.ts";

/** They steer 3-D Secure and redirects, which no test card here asks for. */
const WITHOUT_EFFECT = [
  "automatic_payment_methods",
  "error_on_requires_action",
  "off_session",
  "return_url",
];
const KNOWN = [
  ...WITHOUT_EFFECT,
  "allowed_payment_method_types",
  "amount",
  "capture_method",
  "confirm",
  "currency",
  "customer",
  "description",
  "expand",
  "metadata",
  "payment_method",
  "payment_method_types",
  "transfer_group",
];

/**
 * `POST /v1/payment_intents`. With `confirm=true` the card is charged in the same statement: one round trip, one commit.
 * 200 with the intent, 402 `card_error` when declined (the intent is made and named in the error), 400 for parameters.
 */
export function createPaymentIntent(bank: Bank, call: Call): Promise<Reply> {
  return once(bank, call, () => {
    const { intent, confirm, expand } = read(call);
    if (!confirm) {
      const made = answer(200, paymentIntentObject(intent));
      return (claim) => bank.database.run((sql) => write(sql, claim, made, intent, null));
    }
    const attempt = chargeCard(intent, required(intent.payment_method, "payment_method"), expand);
    return (claim) =>
      bank.database.run((sql) => write(sql, claim, attempt.answer, attempt.intent, attempt.charge));
  });
}

function read({ params, merchant }: Call) {
  onlyKnown(params, KNOWN);
  const cents = required(amount(params), "amount");
  const currency = required(text(params, "currency"), "currency");
  if (currency !== "eur")
    throw invalid(
      `Invalid currency: this bank knows eur only`,
      "parameter_invalid_string",
      "currency",
    );
  // The older of the two names is what clients pinned to an API version before 2026 send.
  for (const name of ["allowed_payment_method_types", "payment_method_types"]) {
    if (list(params, name).some((type) => type !== "card")) {
      throw invalid("The payment method type must be card.", undefined, name);
    }
  }
  oneOf(params, "capture_method", ["automatic", "automatic_async"]);
  const token = text(params, "payment_method");
  if (token !== null) testCard(token);
  const intent: PaymentIntentRow = {
    id: newId("pi"),
    merchant,
    created: nowSeconds(),
    amount: cents,
    currency,
    status: token === null ? "requires_payment_method" : "requires_confirmation",
    payment_method: token,
    customer: text(params, "customer"),
    description: text(params, "description", 1_000),
    transfer_group: text(params, "transfer_group"),
    metadata: JSON.stringify(metadata(params)),
    latest_charge: null,
    last_payment_error: null,
    canceled_at: null,
    cancellation_reason: null,
    version: 0,
  };
  return { intent, confirm: flag(params, "confirm"), expand: expands(params, "latest_charge") };
}

async function write(
  sql: BankSql,
  claim: Claim,
  made: Answer,
  intent: PaymentIntentRow,
  charge: ChargeRow | null,
): Promise<Answer | null> {
  const [row] = await sql<{ claimed: boolean }[]>`
    with ${claimBranches(sql, claim, made)},
    intent as (
      insert into bank.payment_intents (id, merchant, created, amount, currency, status, payment_method, customer,
        description, transfer_group, metadata, latest_charge, last_payment_error)
      select ${intent.id}::text, ${intent.merchant}::text, ${intent.created}::bigint, ${intent.amount}::int,
        ${intent.currency}::text, ${intent.status}::text, ${intent.payment_method}::text, ${intent.customer}::text,
        ${intent.description}::text, ${intent.transfer_group}::text, ${intent.metadata}::text,
        ${intent.latest_charge}::text, ${intent.last_payment_error}::text
      from claim)
    ${charge === null ? sql`` : sql`, ${chargeBranches(sql, charge, claim)}`},
    ${announceBranches(sql, claim, intent.id, eventsOfIntent(claim, intent, charge))}
    select exists (select from claim) as claimed`;
  return row?.claimed === true ? made : null;
}
