import { sql } from "drizzle-orm";
import { answerOf } from "../keep/answer-of.ts";
import { bookPayment } from "../keep/book-payment.ts";
import { claimKey } from "../keep/claim-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import { requiredKey } from "../keep/required-key.ts";
import type { Lane } from "../lane.ts";

export const noFence: Lane = {
  lane: "no-fence",
  title: "A lease without a fence",
  mistake: "It takes over, but the old holder still writes.",
  clientKey: "kept",
  killedBy: { preset: "zombie", plan: "stall-after-provider=20000@1" },
  red: "S10",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    const mark = fingerprintOf({ orderId, amount, paymentMethod });
    await run.at("before-claim");
    const claim = await claimKey(run, mark, { handsKeyOn: true });
    if ("answer" in claim) return run.replay(claim.answer);
    const { fence } = claim;
    await run.at(
      "after-claim",
      fence === 1 ? "Claimed the key: this attempt runs" : `Took the key over (attempt ${fence})`,
    );
    // The bank is given the same key each time, so it charges once. The books are another matter.
    const answer = answerOf(run.order, await run.charge(requiredKey(run)));
    await run.at("before-commit");
    // cause: S10
    // The WHERE does not ask whose turn it is. A holder that slept through its lease comes back and writes
    // over the attempt that took the key over: another answer, and a second line in the books.
    await run.db.execute(sql`
      update lab_keys set state = 'completed', answer = ${JSON.stringify(answer)}, answered_by = ${fence}::integer
       where account = ${run.account} and lane = ${run.lane} and key = ${requiredKey(run)}::uuid`);
    if (answer.status === "paid") await run.db.execute(bookPayment(run, answer, fence));
    // end
    await run.at("after-commit", "Wrote its answer and its payment");
    return answer;
  },
};
