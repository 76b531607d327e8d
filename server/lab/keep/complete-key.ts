import { sql } from "drizzle-orm";
import type { LaneRun, PayAnswer } from "../lane.ts";
import { paymentValues } from "./book-payment.ts";
import { requiredKey } from "./required-key.ts";

/**
 * The answer and the payment in one statement, for the fence that still owns the key: what most lanes do right.
 * An attempt that was taken over writes nothing and gives what is stored.
 */
export async function completeKey(
  run: LaneRun,
  fence: number,
  answer: PayAnswer,
): Promise<PayAnswer> {
  const key = requiredKey(run);
  const done = sql`update lab_keys set state = 'completed', answer = ${JSON.stringify(answer)}, answered_by = ${fence}::integer
    where account = ${run.account} and lane = ${run.lane} and key = ${key}::uuid and fence = ${fence}::integer and state = 'in_progress'
    returning key`;
  const rows =
    answer.status === "paid"
      ? await run.db.execute(
          sql`with done as (${done}) insert into lab_payments (account, lane, order_id, payment_id, key, fence, amount, currency, provider_reference, paid_at)
              select ${paymentValues(run, answer, fence)} from done returning key`,
        )
      : await run.db.execute(done);
  if (rows.length > 0) return answer;
  const [known] = await run.db.execute(
    sql`select answer from lab_keys where account = ${run.account} and lane = ${run.lane} and key = ${key}::uuid`,
  );
  return typeof known?.["answer"] === "string" ? run.replay(known["answer"]) : answer;
}
