import { v7 as uuidv7 } from "uuid";
import { answerOf } from "../keep/answer-of.ts";
import { bookPayment } from "../keep/book-payment.ts";
import { writeReceipt } from "../keep/write-receipt.ts";
import type { Lane } from "../lane.ts";

export const naive: Lane = {
  lane: "naive",
  title: "Naive",
  mistake: "There is no key at all.",
  clientKey: "none",
  killedBy: { preset: "lost-response", plan: "lose-response@1" },
  red: "S1",

  async pay(run) {
    await run.at("before-claim");
    await run.at("after-claim", "Starts a payment: this code asks nothing first");
    // cause: S1
    // A press, its resend and its retry look the same: each request that arrives is a new payment.
    const charge = await run.charge(uuidv7());
    // end
    const answer = answerOf(run.order, charge);
    await run.at("before-commit");
    if (answer.status === "paid") await run.db.execute(bookPayment(run, answer));
    await run.at("after-commit", "The payment is in the books");
    return answer;
  },

  async receive(db, event) {
    // cause: S8
    // Each delivery of an event is a receipt, and banks deliver at least once.
    const rows = await db.execute(writeReceipt(event));
    // end
    return rows.length > 0;
  },
};
