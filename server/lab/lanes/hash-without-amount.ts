import { answerOf } from "../keep/answer-of.ts";
import { chargeOnce } from "../keep/charge-once.ts";
import { claimKey } from "../keep/claim-key.ts";
import { completeKey } from "../keep/complete-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import type { Lane } from "../lane.ts";

export const hashWithoutAmount: Lane = {
  lane: "hash-without-amount",
  title: "A fingerprint without the amount",
  mistake: "The fingerprint leaves the amount out.",
  clientKey: "kept",
  killedBy: { preset: "same-key-new-amount", plan: "" },
  red: "S11",

  async pay(run) {
    const { orderId, paymentMethod } = run.order;
    await run.at("before-claim");
    // cause: S11
    // Another amount looks like the same request: its buyer is told "paid", with the first one's amount.
    const mark = fingerprintOf({ orderId, paymentMethod });
    // end
    const claim = await claimKey(run, mark);
    if ("answer" in claim) return run.replay(claim.answer);
    await run.at("after-claim", "Claimed the key: this attempt runs");
    const answer = answerOf(run.order, await chargeOnce(run));
    await run.at("before-commit");
    const stored = await completeKey(run, claim.fence, answer);
    await run.at("after-commit", "The answer and the payment are in one commit");
    return stored;
  },
};
