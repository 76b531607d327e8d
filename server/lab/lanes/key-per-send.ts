import { answerOf } from "../keep/answer-of.ts";
import { chargeOnce } from "../keep/charge-once.ts";
import { claimKey } from "../keep/claim-key.ts";
import { completeKey } from "../keep/complete-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import type { Lane } from "../lane.ts";

export const keyPerSend: Lane = {
  lane: "key-per-send",
  title: "A key for each send",
  mistake: "The client makes the key in mutationFn.",
  // cause: S1
  // useMutation({ mutationFn: () => pay({ idempotencyKey: uuidv7(), … }) })
  // Each retry calls mutationFn again, and a new key says: this is a new payment. The server below is not to blame.
  clientKey: "per-send",
  // end
  killedBy: { preset: "new-key-each-try", plan: "truncate-response@1" },
  red: "S1",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    await run.at("before-claim");
    const claim = await claimKey(run, fingerprintOf({ orderId, amount, paymentMethod }));
    if ("answer" in claim) return run.replay(claim.answer);
    await run.at("after-claim", "Claimed the key that came with this send");
    const answer = answerOf(run.order, await chargeOnce(run));
    await run.at("before-commit");
    const stored = await completeKey(run, claim.fence, answer);
    await run.at("after-commit", "The answer and the payment are in one commit");
    return stored;
  },
};
