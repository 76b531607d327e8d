import type { Tone } from "../ui/pill.tsx";
import type { Screen } from "./intent/view.ts";

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
  /** An earlier send may have paid, and nothing about its key has been heard since. */
  inDoubt: boolean;
}

/** What the one main button does. */
export type Action = "pay" | "ask" | "looked" | "choose" | "receipt" | "reload" | "wait";

export interface Words {
  heading: string;
  body: string;
  button: [does: Action, label: string];
  /** What the button does, where nobody would press it without knowing. */
  promise?: string;
  /** Tone, and the tab's title: "? Unknown". */
  mark: [tone: Tone, tab: string];
}

/**
 * The words of each state, in one table, so that none is ever worded twice. No state without an answer says "failed",
 * and none that may have taken money says that it did not.
 */
const table: Record<Screen, (f: Facts) => Words> = {
  idle: (f) => ({
    mark: ["plain", "Checkout"],
    heading: "Checkout",
    body: "Press Pay as often as you like: one order is paid at most once.",
    button: ["pay", `Pay ${f.total}`],
  }),
  paying: () => ({
    mark: ["plain", "Paying…"],
    heading: "Paying…",
    body: "The payment's key is stored in this browser, and the request is on its way.",
    button: ["wait", "Paying…"],
  }),
  slow: () => ({
    mark: ["plain", "Still working"],
    heading: "Still working",
    body: "The bank is slow to answer. You can leave this page; you won't be charged twice.",
    button: ["wait", "Paying…"],
  }),
  retrying: (f) => ({
    mark: ["unknown", "? Asking again"],
    heading: "No answer yet: asking again",
    body: `Same payment, same key …${f.keyEnd}.${f.send > 0 ? ` Asked ${f.send} of ${f.sendsMax} times.` : ""}`,
    button: ["ask", "Ask now"],
  }),
  joined: () => ({
    mark: ["unknown", "? Being paid"],
    heading: "Already being paid",
    body: "This payment is running in another tab or request. Its answer will appear here.",
    button: ["ask", "Check now"],
  }),
  unknown: (f) => ({
    mark: ["unknown", "? Unknown"],
    heading: "We don't know yet if you were charged",
    body: `The answer never arrived. Don't start a new payment. Checking again is safe: it uses the same payment key …${f.keyEnd}.`,
    promise: `If you were charged, checking shows it. If you were not, it pays ${f.total}, once.`,
    button: ["ask", "Check again"],
  }),
  review: () => ({
    mark: ["unknown", "? Unknown"],
    heading: "We are still finding out",
    body: "The bank gave no clear answer. If it stays so, a person looks at this payment. You will not be charged again for it.",
    button: ["ask", "Check again"],
  }),
  paid: (f) => ({
    mark: ["ok", "✓ Paid"],
    heading: `Paid ${f.total}`,
    body: "You were charged once. Your receipt is on its way to this demo's mailbox, where it takes effect once.",
    button: ["receipt", "View receipt"],
  }),
  "paid-replayed": (f) => ({
    mark: ["replay", "✓ Paid"],
    heading: "Paid: you were charged once",
    body: `This is the saved answer to your payment of ${f.paidAt}. Asking again did not charge again.`,
    button: ["receipt", "View receipt"],
  }),
  "already-paid": (f) => ({
    mark: ["ok", "✓ Paid"],
    heading: "This order is paid",
    body: `It was paid at ${f.paidAt}. You were not charged again.`,
    button: ["receipt", "View receipt"],
  }),
  declined: (f) => ({
    mark: ["fail", "✕ Declined"],
    heading: "Your bank said no",
    body: `${declineReason(f.declineCode)}. You have not been charged. Choosing another method starts a new payment of the same order.`,
    button: ["choose", "Choose another method"],
  }),
  voided: (f) => ({
    mark: ["plain", "Given up"],
    heading: "This payment was given up",
    body: "It did not finish, and nothing was taken.",
    button: ["pay", `Pay ${f.total}`],
  }),
  "not-charged": () => ({
    mark: ["plain", "Not charged"],
    heading: "Not charged",
    body: "We could not start the payment. Your order is kept.",
    button: ["pay", "Try again"],
  }),
  "price-changed": (f) => ({
    mark: ["fail", "Price changed"],
    heading: "The price has changed",
    body: `It was ${f.oldTotal}, it is ${f.total} now. This request did not charge you.`,
    button: ["pay", `Pay ${f.total}`],
  }),
  "key-reused": (f) => ({
    mark: f.inDoubt ? ["unknown", "? Unknown"] : ["fail", "✕ Refused"],
    heading: "This key belongs to another payment",
    body: `Same key, other content. This request did not charge you${f.inDoubt ? ", but an earlier one with this key may have. If it did, this page will say so. Look at your bank's list, too, before you start a new payment" : ""}.`,
    button: f.inDoubt ? ["looked", "I looked: not paid"] : ["pay", "Start a new payment"],
  }),
  "key-expired": () => ({
    mark: ["fail", "✕ Too old"],
    heading: "This checkout is too old",
    body: "We no longer keep the record of its key, so we refuse to run it again.",
    button: ["pay", "Start a new payment"],
  }),
  stale: (f) => ({
    mark: ["unknown", "? Not finished"],
    heading: `Do you still want to pay ${f.total}?`,
    body: `This payment was started at ${f.startedAt} and did not finish. Nothing is sent until you press.`,
    button: ["pay", `Pay ${f.total}`],
  }),
  "signed-out": () => ({
    mark: ["plain", "Session ended"],
    heading: "Your session ended",
    body: "The server takes nothing more from this page. This request did not charge you.",
    button: ["reload", "Reload"],
  }),
  elsewhere: () => ({
    mark: ["unknown", "? Unknown"],
    heading: "We don't know yet if you were charged",
    body: "The answer never arrived, and this browser is another account now, or none. You may have been charged, once, and only the account of this page is told.",
    promise:
      "Nothing more is sent from here. Back in that account, this page asks what became of it.",
    button: ["reload", "Reload"],
  }),
  broken: () => ({
    mark: ["fail", "✕ Refused"],
    heading: "Something is wrong with this page",
    body: "The request was refused before anything ran. This request did not charge you.",
    button: ["reload", "Reload"],
  }),
  offline: () => ({
    mark: ["plain", "Offline"],
    heading: "You're offline",
    body: "Nothing was sent. Your order is kept on this page.",
    button: ["pay", "Try again"],
  }),
};

/** The words of a state. */
export function wordsOf(screen: Screen, facts: Facts): Words {
  return table[screen](facts);
}

/** The bank's word in ours. */
export function declineReason(code: string): string {
  if (code === "insufficient_funds") return "There is not enough money on this card";
  if (code === "expired_card") return "This card has expired";
  return "The bank gave no reason";
}
