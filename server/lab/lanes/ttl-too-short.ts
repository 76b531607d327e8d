import { sql } from "drizzle-orm";
import { answerOf } from "../keep/answer-of.ts";
import { chargeOnce } from "../keep/charge-once.ts";
import { claimKey } from "../keep/claim-key.ts";
import { completeKey } from "../keep/complete-key.ts";
import { fingerprintOf } from "../keep/fingerprint-of.ts";
import { writeReceipt } from "../keep/write-receipt.ts";
import type { Lane } from "../lane.ts";

export const ttlTooShort: Lane = {
  lane: "ttl-too-short",
  title: "A memory of two seconds",
  mistake: "It forgets event ids after 2 s.",
  clientKey: "kept",
  killedBy: { preset: "short-memory", plan: "webhook-twice,webhook-late=3000" },
  red: "S8",

  async pay(run) {
    const { orderId, amount, paymentMethod } = run.order;
    await run.at("before-claim");
    const claim = await claimKey(run, fingerprintOf({ orderId, amount, paymentMethod }));
    if ("answer" in claim) return run.replay(claim.answer);
    await run.at("after-claim", "Claimed the key: this attempt runs");
    const answer = answerOf(run.order, await chargeOnce(run));
    await run.at("before-commit");
    const stored = await completeKey(run, claim.fence, answer);
    await run.at("after-commit", "The answer and the payment are in one commit");
    return stored;
  },

  async receive(db, event) {
    const { account, lane, id } = event;
    // cause: S8
    // A bank repeats an event for days. What is forgotten after two seconds is new after three: another receipt.
    await db.execute(sql`
      delete from lab_events
       where account = ${account} and lane = ${lane} and seen_at < clock_timestamp() - interval '2 seconds'`);
    const rows = await db.execute(sql`
      with seen as (
        insert into lab_events (account, lane, event_id) values (${account}, ${lane}, ${id}) on conflict do nothing returning 1
      ) ${writeReceipt(event, sql`seen`)}`);
    // end
    return rows.length > 0;
  },
};
