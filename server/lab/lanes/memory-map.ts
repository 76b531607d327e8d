import { v7 as uuidv7 } from "uuid";
import { IdempotencyError, NotTaken } from "../../idempotency/index.ts";
import { answerOf } from "../keep/answer-of.ts";
import { bookPayment } from "../keep/book-payment.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import { requiredKey } from "../keep/required-key.ts";
import type { Lane, LaneRun, PayAnswer } from "../lane.ts";

interface Remembered {
  mark: string;
  /** Missing while the first request runs. */
  answer?: string;
}

export const memoryMap: Lane = {
  lane: "memory-map",
  title: "A Map in memory",
  mistake: "The keys are kept in a Map of the process.",
  clientKey: "kept",
  killedBy: { plan: "crash-after-provider@1" },
  red: "S1",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    const mark = fingerprintOf({ orderId, amount, paymentMethod });
    await run.at("before-claim");
    // cause: S1
    // Only this process knows. The instance beside it has an empty Map, and so has this one after a crash:
    // the money was taken, and nobody remembers.
    const seen = run.memory as Map<string, Remembered>;
    const known = seen.get(requiredKey(run));
    if (known === undefined) seen.set(requiredKey(run), { mark });
    // end
    else if (known.mark !== mark) throw new IdempotencyError("KEY_REUSED");
    else if (known.answer !== undefined) return run.replay(known.answer);
    else throw new IdempotencyError("IN_PROGRESS", { retryAfterMs: 500 });
    await run.at("after-claim", "The key is new to this process, so it starts");
    const answer = await charge(run, seen);
    seen.set(requiredKey(run), { mark, answer: JSON.stringify(answer) });
    await run.at("after-commit", "The payment is in the books");
    return answer;
  },
};

async function charge(run: LaneRun, seen: Map<string, Remembered>): Promise<PayAnswer> {
  try {
    const answer = answerOf(run.order, await run.charge(uuidv7()));
    await run.at("before-commit");
    if (answer.status === "paid") await run.db.execute(bookPayment(run, answer));
    return answer;
  } catch (error) {
    // What surely took nothing may be tried again. All else stays in the Map, unanswered.
    if (error instanceof NotTaken) seen.delete(requiredKey(run));
    throw error;
  }
}
