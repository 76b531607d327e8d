import { answerOf } from "../keep/answer-of.ts";
import { chargeOnce } from "../keep/charge-once.ts";
import { claimKey } from "../keep/claim-key.ts";
import { completeKey } from "../keep/complete-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import type { Lane } from "../lane.ts";

export const lockWithoutLease: Lane = {
  lane: "lock-without-lease",
  title: "A lock without a lease",
  mistake: "A claim never ends.",
  clientKey: "kept",
  killedBy: { plan: "crash-after-claim@1" },
  red: "L1",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    const mark = fingerprintOf({ orderId, amount, paymentMethod });
    await run.at("before-claim");
    // cause: L1
    // Whoever claims the key and dies keeps it. Every retry is told to wait for somebody who will not come back.
    const claim = await claimKey(run, mark, { lease: false });
    // end
    if ("answer" in claim) return run.replay(claim.answer);
    await run.at("after-claim", "Claimed the key, for ever");
    const answer = answerOf(run.order, await chargeOnce(run));
    await run.at("before-commit");
    const stored = await completeKey(run, claim.fence, answer);
    await run.at("after-commit", "The answer and the payment are in one commit");
    return stored;
  },
};
