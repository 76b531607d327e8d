import type { Declined, IntentRecord, Paid } from "./record.ts";

/** What this page is doing about the intent right now. Lost on reload; the record is what stays. */
export type Phase =
  /** Nothing: the record and the order say what there is to say. */
  | { at: "rest" }
  /** Pressed: the key is being stored and the order saved. */
  | { at: "saving" }
  | { at: "sending"; send: number; slow: boolean }
  /** Between two sends of one run; `until` is on the page's clock, in milliseconds. */
  | { at: "waiting"; send: number; until: number; running: boolean }
  | { at: "checking" }
  | { at: "joined" }
  | { at: "unknown" }
  | { at: "review" }
  /** With the answer itself: the record may have been removed while it was under way. */
  | { at: "answered"; answer: Paid | Declined; replayed: boolean }
  | { at: "price-changed" }
  /** The server answered for another session, or for none. `inDoubt`: an earlier send may have been taken. */
  | { at: "signed-out"; inDoubt: boolean }
  | { at: "broken"; code: string; traceId: string | undefined }
  | { at: "not-charged" }
  | { at: "offline" }
  | { at: "stale" }
  /** Declined, and the person is choosing another method: the order is open again, the old key stays until Pay. */
  | { at: "choosing" };

export type IntentView = {
  record: IntentRecord | null;
  phase: Phase;
  /** False where the browser keeps nothing and the key lives in this tab alone. */
  kept: boolean;
  /** The stored record belongs to another account of this browser and is not used. */
  foreignAccount: boolean;
};

/** What a page shows before it has looked: the server's and the browser's first view are one object, so that nothing is drawn twice. */
export const NOTHING_KNOWN: IntentView = {
  record: null,
  phase: { at: "rest" },
  kept: true,
  foreignAccount: false,
};

/** The values of `data-state` (UX section 3). */
export type Screen =
  | "idle"
  | "paying"
  | "slow"
  | "retrying"
  | "joined"
  | "unknown"
  | "review"
  | "paid"
  | "paid-replayed"
  | "already-paid"
  | "declined"
  | "voided"
  | "not-charged"
  | "price-changed"
  | "key-reused"
  | "key-expired"
  | "stale"
  | "signed-out"
  | "elsewhere"
  | "broken"
  | "offline";

/** Which screen a view shows, given whether the server's order is paid. Pure; the words are in `words.ts`. */
export function screenOf(view: IntentView, orderIsPaid: boolean): Screen {
  const { phase, record } = view;
  switch (phase.at) {
    case "saving":
      return "paying";
    case "sending":
      return phase.send > 1 ? "retrying" : phase.slow ? "slow" : "paying";
    case "waiting":
      return phase.running ? "joined" : "retrying";
    case "checking":
      return "retrying";
    case "signed-out":
      if (orderIsPaid) return "already-paid";
      return phase.inDoubt ? "elsewhere" : "signed-out";
    case "answered":
      if (phase.answer.status === "paid") return phase.replayed ? "paid-replayed" : "paid";
      return orderIsPaid ? "already-paid" : "declined";
    case "rest":
      return restingScreen(record, orderIsPaid);
    case "choosing":
    case "not-charged":
    case "offline":
    case "stale":
      if (orderIsPaid) return "already-paid";
      return phase.at === "choosing" ? "idle" : phase.at;
    default:
      return phase.at;
  }
}

function restingScreen(record: IntentRecord | null, orderIsPaid: boolean): Screen {
  if (orderIsPaid) return "already-paid";
  if (record === null || record.state === "new") return "idle";
  if (record.state !== "settled") return "retrying";
  const ended = record.result?.status ?? "voided";
  return ended === "paid" ? "already-paid" : ended;
}

/** Is an answer still to come? While it is, the page polls and the order stays as it was sent. */
export function isUnsettled(screen: Screen): boolean {
  return ["paying", "slow", "retrying", "joined", "unknown", "review", "elsewhere"].includes(
    screen,
  );
}

/** No send of ours is under way or planned: nothing but checking is left to do, however long it takes. */
export function isInDoubt(screen: Screen): boolean {
  return screen === "unknown" || screen === "review" || screen === "elsewhere";
}

/** Quantity, method and total are read-only while a send may have taken effect. */
export function isLocked(view: IntentView, screen: Screen): boolean {
  if (screen === "price-changed") return true;
  return isUnsettled(screen) || mayHavePaid(view.record) || isBound(view.record);
}

/** Not charged, and the key takes no other request: the same is tried again. */
function isBound(record: IntentRecord | null): boolean {
  return record?.bound === true && record.state !== "settled";
}

/** A send of this key has gone out, and no answer about it has come: an earlier page's sends count, too. */
export function mayHavePaid(record: IntentRecord | null): boolean {
  return record?.inDoubt === true || record?.state === "sent" || record?.state === "unknown";
}
