/** The server's word that a key will never get an answer. An application's answers must not use these statuses. */
export type GivenUp = { status: "voided" | "key-reused" | "key-expired" };
export type Ending<Answer> = Answer | GivenUp;

/**
 * One decision to do something once, as this browser remembers it. Written and read back before the first send, so
 * that a reload, a crash or a second tab finds the key instead of making another.
 */
export type IntentRecord<Input, Answer> = {
  v: 1;
  /** What is the session's account's alone, not a name that two may share; a record of another account is never used. */
  account: string;
  /** What is decided upon: it has at most one intent that is live. */
  orderId: string;
  idempotencyKey: string;
  /** Sent byte for byte the same on every retry, resend and reload. */
  input: Input;
  /** `new`: nothing under way. `sent`: an answer may still come. `unknown`: gave up asking. `settled`: has a result. */
  state: "new" | "sent" | "unknown" | "settled";
  /** A send of this key ended without our answer, or found an attempt running, and nothing of its end is known. */
  inDoubt: boolean;
  /** Sends of this order from this browser, over all its keys, counted before each fetch. */
  sends: number;
  /** ISO 8601; null until the first fetch. */
  firstSentAt: string | null;
  lastSentAt?: string;
  /** What the key was first sent with, to show both sides if the server refuses it for another content. */
  firstInput?: Input;
  /** The server has begun under this key and let go of it: with another input the key would be refused. */
  bound?: boolean;
  /** The key was taken over from the order's own intent (ORDER_BUSY, ORDER_PAID): it is asked about, never sent. */
  joined?: true;
  result?: Ending<Answer>;
};

/** What the life of an intent needs to know of an application. */
export interface IntentRules<Input, Answer> {
  /** False where the order may be tried again under a new key (a decline). As on the server. */
  keepsOrder(answer: Answer): boolean;
  isInput(value: unknown): value is Input;
}

export function isGivenUp(ending: unknown): ending is GivenUp {
  const status = isObject(ending) ? ending["status"] : undefined;
  return status === "voided" || status === "key-reused" || status === "key-expired";
}

/**
 * Reads a record back from storage. Anything that is not a record of this order, in this version, is null: storage
 * is the user's, and may hold an older version's text or somebody's experiment.
 */
export function readRecord<Input, Answer>(
  { isInput }: IntentRules<Input, Answer>,
  text: string | null,
  orderId: string,
): IntentRecord<Input, Answer> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord<Input, Answer>(value, isInput) && value.orderId === orderId ? value : null;
  } catch {
    return null;
  }
}

function isRecord<Input, Answer>(
  value: unknown,
  isInput: (input: unknown) => input is Input,
): value is IntentRecord<Input, Answer> {
  if (!isObject(value) || value["v"] !== 1) return false;
  const { state, input, result, firstSentAt } = value;
  const texts = [value["account"], value["orderId"], value["idempotencyKey"]];
  return (
    texts.every((text) => typeof text === "string" && text !== "") &&
    typeof value["inDoubt"] === "boolean" &&
    Number.isSafeInteger(value["sends"]) &&
    (firstSentAt === null || typeof firstSentAt === "string") &&
    isInput(input) &&
    (value["firstInput"] === undefined || isInput(value["firstInput"])) &&
    (state === "new" || state === "sent" || state === "unknown"
      ? result === undefined
      : state === "settled" && result !== undefined)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
