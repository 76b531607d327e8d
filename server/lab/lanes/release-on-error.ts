import { v7 as uuidv7 } from "uuid";
import { answerOf } from "../keep/answer-of.ts";
import { markAsked } from "../keep/charge-once.ts";
import { claimKey } from "../keep/claim-key.ts";
import { completeKey } from "../keep/complete-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import { forgetKey } from "../keep/forget-key.ts";
import type { Lane } from "../lane.ts";

export const releaseOnError: Lane = {
  lane: "release-on-error",
  title: "Release on error",
  mistake: "It deletes the key when the handler throws.",
  clientKey: "kept",
  killedBy: { plan: "provider-error-after-charge@1" },
  red: "S1",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    await run.at("before-claim");
    const claim = await claimKey(run, fingerprintOf({ orderId, amount, paymentMethod }));
    if ("answer" in claim) return run.replay(claim.answer);
    await run.at("after-claim", "Claimed the key: this attempt runs");
    await run.db.execute(markAsked(run));
    const charge = await run.charge(uuidv7()).catch(async (error: unknown) => {
      // cause: S1
      // An error is read as "nothing happened". The bank may have charged before it failed to say so,
      // and the retry finds a free key.
      await run.db.execute(forgetKey(run));
      throw error;
      // end
    });
    const answer = answerOf(run.order, charge);
    await run.at("before-commit");
    const stored = await completeKey(run, claim.fence, answer);
    await run.at("after-commit", "The answer and the payment are in one commit");
    return stored;
  },
};
