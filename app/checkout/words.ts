import type { Screen } from "./intent/view.ts";
import type { Tone } from "../ui/pill.tsx";

/** What the sentences of a checkout need to know. Amounts and times come formatted. */
export interface Facts {
  total: string;
  /** What this key was sent with, when the shop's total has become another one. */
  oldTotal: string;
  /** The last four characters of the key. */
  keyEnd: string;
  send: number;
  sendsMax: number;
  paidAt: string;
  startedAt: string;
  declineCode: string;
  problem: string;
}

export type Action = "pay" | "ask" | "choose" | "receipt" | "reload" | "wait";

export interface Words {
  heading: string;
  body: string;
  /** The one main button; what it does, and its label. */
  action: Action;
  label: string;
  tone: Tone;
  /** For the tab: "? Unknown". */
  tab: string;
}

/**
 * The words of each state (one table, so that none is ever worded twice). No state without an answer says "failed",
 * and none that may have taken money says that it did not.
 */
export function wordsOf(screen: Screen, f: Facts): Words {
  const key = `…${f.keyEnd}`;
  switch (screen) {
    case "idle":
      return say("Checkout", "", "pay", `Pay ${f.total}`, "plain", "Checkout");
    case "paying":
      return say("Paying…", "", "wait", "Paying…", "plain", "Paying…");
    case "slow":
      return say(
        "Still working",
        "The bank is slow to answer. You can leave this page; you won't be charged twice.",
        "wait",
        "Paying…",
        "plain",
        "Still working",
      );
    case "retrying":
      return say(
        "No answer yet: asking again",
        `Same payment, same key ${key}.${f.send > 0 ? ` Asked ${f.send} of ${f.sendsMax} times.` : ""}`,
        "ask",
        "Ask now",
        "unknown",
        "? Asking again",
      );
    case "joined":
      return say(
        "Already being paid",
        "This payment is running in another tab or request. Its answer will appear here.",
        "ask",
        "Check now",
        "unknown",
        "? Being paid",
      );
    case "unknown":
      return say(
        "We don't know yet if you were charged",
        `The answer never arrived. Don't start a new payment. Checking again is safe: it uses the same payment key ${key}.`,
        "ask",
        "Check again",
        "unknown",
        "? Unknown",
      );
    case "review":
      return say(
        "We are still finding out",
        "The bank gave no clear answer. If it stays so, a person looks at this payment. You will not be charged again for it.",
        "ask",
        "Check again",
        "unknown",
        "? Unknown",
      );
    default:
      return endWords(screen, f);
  }
}

type Ended = Exclude<
  Screen,
  "idle" | "paying" | "slow" | "retrying" | "joined" | "unknown" | "review"
>;

function endWords(screen: Ended, f: Facts): Words {
  switch (screen) {
    case "paid":
      return say(
        `Paid ${f.total}`,
        "The bank holds one charge for this order, and the ledger has its two lines.",
        "receipt",
        "View receipt",
        "ok",
        "✓ Paid",
      );
    case "paid-replayed":
      return say(
        "Paid: you were charged once",
        `This is the saved answer to your payment of ${f.paidAt}. Asking again did not charge again.`,
        "receipt",
        "View receipt",
        "replay",
        "✓ Paid",
      );
    case "already-paid":
      return say(
        "This order is paid",
        `It was paid at ${f.paidAt}. You were not charged again.`,
        "receipt",
        "View receipt",
        "ok",
        "✓ Paid",
      );
    case "declined":
      return say(
        "Your bank said no",
        `${declineReason(f.declineCode)}. You have not been charged. Choosing another method starts a new payment of the same order.`,
        "choose",
        "Choose another method",
        "fail",
        "✕ Declined",
      );
    case "voided":
      return say(
        "This payment was given up",
        "It did not finish, and nothing was taken.",
        "pay",
        `Pay ${f.total}`,
        "plain",
        "Given up",
      );
    case "not-charged":
      return say(
        "Not charged",
        "We could not start the payment. Your order is kept.",
        "pay",
        "Try again",
        "plain",
        "Not charged",
      );
    case "price-changed":
      return say(
        "The price has changed",
        `It was ${f.oldTotal}, it is ${f.total} now. This request did not charge you.`,
        "pay",
        `Pay ${f.total}`,
        "fail",
        "Price changed",
      );
    default:
      return pageWords(screen, f);
  }
}

function pageWords(
  screen: "key-reused" | "key-expired" | "stale" | "signed-out" | "broken" | "offline",
  f: Facts,
): Words {
  switch (screen) {
    case "key-reused":
      return say(
        "This key belongs to another payment",
        "Same key, other content. This request did not charge you.",
        "pay",
        "Start a new payment",
        "fail",
        "✕ Refused",
      );
    case "key-expired":
      return say(
        "This checkout is too old",
        "We no longer keep the record of its key, so we refuse to run it again.",
        "pay",
        "Start a new payment",
        "fail",
        "✕ Too old",
      );
    case "stale":
      return say(
        `Do you still want to pay ${f.total}?`,
        `This payment was started at ${f.startedAt} and did not finish. Nothing is sent until you press.`,
        "pay",
        `Pay ${f.total}`,
        "unknown",
        "? Not finished",
      );
    case "signed-out":
      return say(
        "Your session ended",
        "This request did nothing. Your order and its key are kept.",
        "reload",
        "Reload",
        "plain",
        "Session ended",
      );
    case "broken":
      return say(
        "Something is wrong with this page",
        `The request was refused before anything ran. (${f.problem})`,
        "reload",
        "Reload",
        "fail",
        "✕ Refused",
      );
    case "offline":
      return say(
        "You're offline",
        "Nothing was sent. Your order is kept on this page.",
        "pay",
        "Try again",
        "plain",
        "Offline",
      );
  }
}

/** The bank's word in ours. */
export function declineReason(code: string): string {
  if (code === "insufficient_funds") return "There is not enough money on this card";
  if (code === "expired_card") return "This card has expired";
  return "The bank gave no reason";
}

function say(
  heading: string,
  body: string,
  action: Action,
  label: string,
  tone: Tone,
  tab: string,
): Words {
  return { heading, body, action, label, tone, tab };
}
