/** Integer minor units; the currency is always the shop's. */
export type Money = { amount: number; currency: "EUR" };

/** What the key stands for. Sent byte for byte the same on every retry, resend and reload. */
export type PayInput = { paymentMethod: string; expectedTotal: Money };

export type Paid = {
  status: "paid";
  orderId: string;
  chargeId: string;
  amount: number;
  currency: string;
  providerReference: string;
  paidAt: string;
};
export type Declined = { status: "declined"; orderId: string; declineCode: string };

/** How an intent ended: the bank's answer, or the server's word that this key will never get one. */
export type Ending = Paid | Declined | { status: "voided" | "key-reused" | "key-expired" };

/**
 * One decision to pay one order, as this browser remembers it. Written and read back before the first send, so that
 * a reload, a crash or a second tab finds the key instead of making another.
 */
export type IntentRecord = {
  v: 1;
  /** Public name of the session's account; a record of another account is never used. */
  account: string;
  orderId: string;
  idempotencyKey: string;
  input: PayInput;
  /** `new`: nothing under way. `sent`: an answer may still come. `unknown`: gave up asking. `settled`: has a result. */
  state: "new" | "sent" | "unknown" | "settled";
  /** A send of this key ended without our answer, and nothing about the key has been heard since. */
  inDoubt: boolean;
  /** Sends of this order from this browser, over all its keys, counted before each fetch. */
  sends: number;
  /** ISO 8601; null until the first fetch. */
  firstSentAt: string | null;
  lastSentAt?: string;
  /** What the key was first sent with, to show both sides if the server refuses it for another content. */
  firstInput?: PayInput;
  /** The key was taken over from the order's own intent (ORDER_BUSY, ORDER_PAID): it is asked about, never sent. */
  joined?: true;
  result?: Ending;
};

/** The place of an order's record in localStorage. */
export function recordName(orderId: string): string {
  return `payonce.intent.${orderId}`;
}

/** May the next press of Pay use a new key? Only after an end that leaves the order unpaid and the key spent. */
export function isSpent(record: IntentRecord): boolean {
  return record.state === "settled" && record.result?.status !== "paid";
}

/**
 * Reads a record back from storage. Anything that is not a record of this order, in this version, is null: storage
 * is the user's, and may hold an older version's text or somebody's experiment.
 */
export function readRecord(text: string | null, orderId: string): IntentRecord | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && value.orderId === orderId ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is IntentRecord {
  if (!isObject(value) || value["v"] !== 1) return false;
  const { state, input, result, firstSentAt } = value;
  const texts = [value["account"], value["orderId"], value["idempotencyKey"]];
  return (
    texts.every((text) => typeof text === "string" && text !== "") &&
    typeof value["inDoubt"] === "boolean" &&
    Number.isSafeInteger(value["sends"]) &&
    (firstSentAt === null || typeof firstSentAt === "string") &&
    isPayInput(input) &&
    (value["firstInput"] === undefined || isPayInput(value["firstInput"])) &&
    (state === "new" || state === "sent" || state === "unknown"
      ? result === undefined
      : state === "settled" && isObject(result) && typeof result["status"] === "string")
  );
}

function isPayInput(value: unknown): value is PayInput {
  if (!isObject(value) || typeof value["paymentMethod"] !== "string") return false;
  const total = value["expectedTotal"];
  return (
    isObject(total) &&
    Number.isSafeInteger(total["amount"]) &&
    typeof total["currency"] === "string"
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
