import { isStale } from "../../../server/idempotency/client/index.ts";
import type { HeldIntent, Next } from "./held-intent.ts";
import type { IntentRecord } from "./record.ts";
import { takeExpiry } from "./take-refusal.ts";

/** A send younger than this may still be answered in another tab: follow it, do not send beside it. */
const freshSendMs = 15_000;

/**
 * Asks `checkout.status` about the stored key and takes in what it says. Rejects when the question got no answer.
 * @param why `watch` follows what runs elsewhere, `back` is a return to the page, `press` is the person asking
 */
export async function lookUp(held: HeldIntent, why: "watch" | "back" | "press"): Promise<Next> {
  const { ports } = held;
  const record = held.stored();
  if (record === null || record.state === "settled") return held.showSettled();
  const key = record.idempotencyKey;
  const told = await ports.status(key);
  if (told.state !== "unknown") held.unknownSince = null;
  switch (told.state) {
    case "completed":
      return told.result ? held.finish(key, told.result, true) : "unknown";
    case "voided":
      return held.finish(key, { status: "voided" }, true);
    case "expired":
      return takeExpiry(held, key);
    case "in_progress":
      return "joined";
    case "unknown":
      held.apply({ type: "status-unknown", key });
      held.unknownSince ??= ports.now();
      return record.joined ? "unknown" : nextSend(held, record, why, true);
    case "released":
    case "never_seen":
      // `never_seen` is no proof that nothing runs: the request may still be under way. The same key is safe.
      if (!record.joined) return nextSend(held, record, why, false);
      held.apply({ type: "left", key });
      return held.done({ at: "rest" });
  }
}

/** Nobody knows how it ended, or nothing ran: may the same key go out again by itself? */
function nextSend(
  held: HeldIntent,
  record: IntentRecord,
  why: "watch" | "back" | "press",
  serverInDoubt: boolean,
): Next {
  if (why === "press") return "resend";
  const now = held.ports.now();
  if (isStale(record, now)) return held.done({ at: serverInDoubt ? "review" : "stale" });
  if (why === "back") return "resend";
  if (held.view().phase.at !== "joined") return "unknown";
  const sinceSend = now - Date.parse(record.lastSentAt ?? record.firstSentAt ?? "");
  return sinceSend >= 0 && sinceSend < freshSendMs ? "joined" : "resend";
}
