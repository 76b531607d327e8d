import type { Tone } from "../ui/pill.tsx";
import type { RefundScreen } from "./screen.ts";

export interface RefundFacts {
  /** Formatted. */
  amount: string;
  startedAt: string;
  /** The last four characters of the key. */
  keyEnd: string;
  send: number;
  sendsMax: number;
  reason: string;
  problem: string;
}

export interface RefundWords {
  tone: Tone;
  heading: string;
  body: string;
  /** `again` asks under the same key, `looked` says that the list was read, `new` begins another refund, `reload` the page. */
  button?: [does: "again" | "looked" | "new" | "reload", label: string] | undefined;
}

/** One table, so that none is worded twice. No state without an answer says "failed", and each says whether money moved. */
const table: Record<RefundScreen, (f: RefundFacts) => RefundWords> = {
  idle: () => ({ tone: "plain", heading: "", body: "" }),
  refunding: (f) => ({
    tone: "plain",
    heading: "Refunding…",
    body: `${f.amount} is on its way back. You can leave this page; it won't be refunded twice.`,
  }),
  retrying: (f) => ({
    tone: "unknown",
    heading: "No answer yet: asking again",
    body: `Same refund, same key …${f.keyEnd}. Asked ${f.send} of ${f.sendsMax} times.`,
  }),
  unknown: (f) => ({
    tone: "unknown",
    heading: `We don't know yet if ${f.amount} was refunded`,
    body: `The answer never arrived. Don't start a new refund. Checking again is safe: it uses the same refund key …${f.keyEnd}. If the bank gives no clear answer, a person looks at it.`,
    button: ["again", "Check again"],
  }),
  stale: (f) => ({
    tone: "unknown",
    heading: `We don't know yet if ${f.amount} was refunded`,
    body: `This refund was started at ${f.startedAt}, and its answer never arrived. Nothing is sent until you press; asking is safe, for it uses the same key.`,
    button: ["again", "Ask what became of it"],
  }),
  refunded: (f) => ({
    tone: "ok",
    heading: `Refunded ${f.amount}`,
    body: "It goes back to the card that paid.",
    button: ["new", "Refund something else"],
  }),
  "refunded-replayed": (f) => ({
    tone: "replay",
    heading: `Refunded ${f.amount}: once`,
    body: "This is the saved answer to your refund. Asking again did not refund again.",
    button: ["new", "Refund something else"],
  }),
  refused: (f) => ({
    tone: "fail",
    heading: "The bank refused this refund",
    body: `${f.reason}. No money has moved by it.`,
    button: ["new", "Start another refund"],
  }),
  "too-much": (f) => ({
    tone: "fail",
    heading: "Not refunded",
    body: `Less than ${f.amount} is left of this charge, or another refund of it is under way. This request refunded nothing.`,
    button: ["new", "Choose another amount"],
  }),
  "not-refunded": () => ({
    tone: "plain",
    heading: "Not refunded",
    body: "We could not start the refund. No money has moved.",
    button: ["again", "Try again"],
  }),
  "given-up": () => ({
    tone: "plain",
    heading: "This refund was given up",
    body: "It did not finish, and no money has moved.",
    button: ["new", "Start another refund"],
  }),
  "key-reused": () => ({
    tone: "fail",
    heading: "This key belongs to another request",
    body: "Same key, other content. This request refunded nothing.",
    button: ["new", "Start another refund"],
  }),
  "key-expired": () => ({
    tone: "fail",
    heading: "This refund is too old",
    body: "We no longer keep the record of its key, so we refuse to run it again. The list of refunds says what was made.",
    button: ["new", "Start another refund"],
  }),
  "maybe-refunded": (f) => ({
    tone: "unknown",
    heading: `${f.amount} may have been refunded`,
    body: "The answer never arrived, and the refund's key is refused by now. What is left of the charge, above, says whether it was made: look before you start another one.",
    button: ["looked", "I looked: start another refund"],
  }),
  "signed-out": () => ({
    tone: "plain",
    heading: "Your session ended",
    body: "The server takes nothing more from this page. This request refunded nothing.",
    button: ["reload", "Reload"],
  }),
  broken: (f) => ({
    tone: "fail",
    heading: "Something is wrong with this page",
    body: `The request was refused before anything ran. (${f.problem})`,
    button: ["reload", "Reload"],
  }),
};

export function refundWords(screen: RefundScreen, facts: RefundFacts): RefundWords {
  return table[screen](facts);
}

/** The bank's word in ours. */
export function refusalReason(code: string): string {
  if (code === "charge_already_refunded") return "All of this charge has been given back already";
  if (code === "amount_too_large")
    return "Less is left of this charge at the bank than was asked for";
  return "The bank gave no reason";
}
