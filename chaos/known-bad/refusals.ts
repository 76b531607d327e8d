import { type Code, IdempotencyError, runOnce } from "../../server/idempotency/index.ts";
import { answerOf, effectsOf, takeSteps } from "../histories/task.ts";
import type { Answer } from "../histories/variant.ts";
import type { Property } from "../histories/witness.ts";
import type { KnownBad } from "./known-bad.ts";

/** It hurts nobody's money, so nothing but what is told can show it. */
const everybodyIsTold = (code: Code, property: Property): KnownBad => ({
  name: `everybody is told ${code}, and nothing runs`,
  hurts: [property],
  run: () => Promise.reject(new IdempotencyError(code)),
});

const everyRetryIsTold = (code: Code): KnownBad => ({
  name: `whoever asks again for what was answered is told ${code}`,
  hurts: ["refusal"],
  async run(run) {
    const recorded = await runOnce<Answer>(run);
    if (recorded.replayed) throw new IdempotencyError(code);
    return recorded;
  },
});

/** What is wrong with what is told. */
export const REFUSALS: KnownBad[] = [
  everybodyIsTold("KEY_EXPIRED", "refusal"),
  everybodyIsTold("KEY_REUSED", "refusal"),
  everybodyIsTold("ORDER_PAID", "refusal"),
  everybodyIsTold("ORDER_BUSY", "refusal"),
  everybodyIsTold("IN_PROGRESS", "refusal"),
  everybodyIsTold("VOIDED", "refusal"),
  everybodyIsTold("PRICE_CHANGED", "refusal"),
  everybodyIsTold("RELEASED", "L2"),
  everybodyIsTold("OUTCOME_UNKNOWN", "L2"),
  everyRetryIsTold("KEY_REUSED"),
  everyRetryIsTold("KEY_EXPIRED"),
  everyRetryIsTold("ORDER_PAID"),
  everyRetryIsTold("IN_PROGRESS"),
  {
    name: "whoever asks again for what was answered is told that nobody knows",
    hurts: ["S2"],
    async run(run) {
      const recorded = await runOnce<Answer>(run);
      if (recorded.replayed) throw new IdempotencyError("OUTCOME_UNKNOWN");
      return recorded;
    },
  },
  {
    name: "an answer names another payment of the bank",
    hurts: ["S4"],
    async handler(attempt, task) {
      const receipt = await takeSteps(attempt, task);
      const answer = { ...answerOf(task, receipt), reference: "another's" };
      const isPaid = receipt.status === "paid";
      const effects = isPaid ? effectsOf(task, attempt.fence) : [];
      return await attempt.commit(answer, { effects, keepsOrder: isPaid });
    },
  },
  {
    name: "two deploys' requests are compared by their fingerprints alone",
    hurts: ["refusal"],
    run: ({ reads: _reads, ...run }) => runOnce<Answer>(run),
  },
  {
    name: "what rides alongside a commit is left out",
    hurts: ["S8"],
    run: (run) => runOnce<Answer>({ ...run, alongside: [] }),
  },
];
