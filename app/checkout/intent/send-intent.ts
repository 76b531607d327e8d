import {
  readOutcome,
  type SendOutcome,
  type SendWatch,
} from "../../../server/idempotency/client/index.ts";
import type { HeldIntent, Next } from "./held-intent.ts";
import type { IntentRecord } from "./record.ts";
import { takeRefusal } from "./take-refusal.ts";

/** A wait longer than this is said aloud: "Still working". */
const slowAfterMs = 4_000;

/**
 * One run of the retry link under the record's key and input, as they stand. The record counts each send *before*
 * its fetch, so that a tab that dies in between has counted too many rather than too few.
 * @param firstBy who caused the first send of this run: a press, or our own code
 */
export async function sendIntent(
  held: HeldIntent,
  record: IntentRecord,
  firstBy: "you" | "app",
): Promise<Next> {
  const { ports, orderId } = held;
  const key = record.idempotencyKey;
  let by = firstBy;
  let last: SendOutcome | null = null;
  let slowTimer: ReturnType<typeof setTimeout> | undefined;

  const watch: SendWatch = {
    began(send) {
      held.sendNow = null;
      const counted = held.apply({ type: "sent", key, at: new Date(ports.now()).toISOString() });
      held.enter({ at: "sending", send, slow: false });
      slowTimer = setTimeout(() => held.enter({ at: "sending", send, slow: true }), slowAfterMs);
      const header = `${counted?.sends ?? send};by=${by};tab=${ports.tabName()}`;
      by = "app";
      return header;
    },
    ended(outcome) {
      clearTimeout(slowTimer);
      last = outcome;
      held.apply({ type: "send-ended", key, outcome });
    },
    waiting({ send, delayMs, reason, sendNow }) {
      held.sendNow = () => {
        by = "you";
        sendNow();
      };
      const running = reason.kind === "refused" && reason.code === "IN_PROGRESS";
      held.enter({ at: "waiting", send, until: ports.now() + delayMs, running });
    },
  };

  held.doubtLeftBehind(record);
  try {
    const request = { idempotencyKey: key, orderId, ...record.input };
    const answer = await ports.pay(request, watch, ports.faultPlan(orderId));
    return held.finish(key, answer, wasReplayed(last));
  } catch (error) {
    return await takeRefusal(held, key, last ?? readOutcome(error));
  } finally {
    clearTimeout(slowTimer);
    held.sendNow = null;
  }
}

function wasReplayed(outcome: SendOutcome | null): boolean {
  return outcome?.kind === "answered" && outcome.replayed;
}
