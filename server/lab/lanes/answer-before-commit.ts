import { sql } from "drizzle-orm";
import { answerOf } from "../keep/answer-of.ts";
import { bookPayment } from "../keep/book-payment.ts";
import { chargeOnce } from "../keep/charge-once.ts";
import { claimKey } from "../keep/claim-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import { requiredKey } from "../keep/required-key.ts";
import type { Lane, LaneRun, PayAnswer } from "../lane.ts";

export const answerBeforeCommit: Lane = {
  lane: "answer-before-commit",
  title: "The answer before the commit",
  mistake: "It stores the answer in another transaction than the payment.",
  clientKey: "kept",
  killedBy: { plan: "database-drop-before-commit@1" },
  red: "S5",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    await run.at("before-claim");
    const claim = await claimKey(run, fingerprintOf({ orderId, amount, paymentMethod }));
    if ("answer" in claim) return run.replay(claim.answer);
    await run.at("after-claim", "Claimed the key: this attempt runs");
    const answer = answerOf(run.order, await chargeOnce(run));
    // cause: S5
    // Two commits, and the connection may die between them: then every retry is told "paid", the bank has the
    // money, and the shop's books have nothing.
    await storeAnswer(run, claim.fence, answer);
    await run.at("before-commit");
    if (answer.status === "paid") await run.db.execute(bookPayment(run, answer, claim.fence));
    // end
    await run.at("after-commit", "The payment is in the books");
    return answer;
  },
};

async function storeAnswer(run: LaneRun, fence: number, answer: PayAnswer): Promise<void> {
  await run.db.execute(sql`
    update lab_keys set state = 'completed', answer = ${JSON.stringify(answer)}, answered_by = ${fence}::integer
     where account = ${run.account} and lane = ${run.lane} and key = ${requiredKey(run)}::uuid and fence = ${fence}::integer`);
}
