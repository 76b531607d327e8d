import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { codeOf, IdempotencyError } from "../../idempotency/index.ts";
import { answerOf } from "../keep/answer-of.ts";
import { paymentValues } from "../keep/book-payment.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import { requiredKey } from "../keep/required-key.ts";
import type { Lane, LaneRun, PayAnswer } from "../lane.ts";

export const checkThenInsert: Lane = {
  lane: "check-then-insert",
  title: "Check, then insert",
  mistake: "It looks whether the key is there, and writes it down when all is done.",
  clientKey: "kept",
  killedBy: { plan: "deliver-twice@1" },
  red: "S1",

  async pay(run) {
    await run.at("before-claim");
    // cause: S1
    // Two requests may both look before either has written: neither finds the other, and both ask the bank.
    // The primary key then refuses the second row. The second charge is made by then.
    const known = await find(run);
    if (known !== undefined) return run.replay(known);
    await run.at("after-claim", "Looked: nobody has this key, so it starts");
    const charge = await run.charge(uuidv7());
    const answer = answerOf(run.order, charge);
    await run.at("before-commit");
    const stored = await insert(run, answer);
    // end
    await run.at("after-commit", "The key and the payment are in one commit");
    return stored;
  },
};

async function find(run: LaneRun): Promise<string | undefined> {
  const [row] = await run.db.execute(sql`
    select fingerprint, answer from lab_keys
     where account = ${run.account} and lane = ${run.lane} and key = ${requiredKey(run)}::uuid`);
  if (row && row["fingerprint"] !== markOf(run)) throw new IdempotencyError("KEY_REUSED");
  return row && String(row["answer"]);
}

/** Key and payment in one transaction. Whoever comes second gives the first one's answer. */
async function insert(run: LaneRun, answer: PayAnswer): Promise<PayAnswer> {
  const key = sql`insert into lab_keys (account, lane, key, order_id, fingerprint, state, asked, answer, answered_by)
    values (${run.account}, ${run.lane}, ${requiredKey(run)}::uuid, ${run.order.orderId}::uuid, ${markOf(run)}, 'completed', true,
            ${JSON.stringify(answer)}, 1) returning key`;
  try {
    if (answer.status === "declined") await run.db.execute(key);
    else
      await run.db.execute(sql`with new_key as (${key})
        insert into lab_payments (account, lane, order_id, payment_id, key, fence, amount, currency, provider_reference, paid_at)
        select ${paymentValues(run, answer, 1)} from new_key`);
    return answer;
  } catch (error) {
    if (codeOf(error) !== "23505") throw error;
    return run.replay((await find(run)) ?? JSON.stringify(answer));
  }
}

function markOf({ order: { orderId, amount, paymentMethod } }: LaneRun): string {
  return fingerprintOf({ orderId, amount, paymentMethod });
}
