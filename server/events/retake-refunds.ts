import { sql } from "drizzle-orm";
import type { Finding } from "../reconciler/compare-books.ts";
import { watchWebhookFailure } from "../telemetry/watch-webhook.ts";
import type { Runtime } from "../trpc/operation.ts";
import { bookOutsideRefund } from "./book-outside-refund.ts";

/**
 * Books the refunds that the bank's signed events told of before their charge was in these books: a charge may wait for a
 * person for longer than any bank repeats an event. Of what the reconciler found it takes only what such an event has told,
 * asks the bank for it again, and leaves alone what an intent of ours asked for. What cannot be booked stays a finding.
 */
export async function retakeRefunds(runtime: Runtime, findings: readonly Finding[]): Promise<void> {
  for (const { kind, account, reference } of findings) {
    if (kind !== "returned-without-refund") continue;
    const [told] = await runtime.db.execute(sql`
      select event_id, type from webhook_inbox
       where account in ('', ${account}) and reference = ${reference} and effect = 'unmatched' limit 1`);
    if (told === undefined) continue;
    const line = await runtime.payments.findLine("refund", reference);
    if (line === undefined || line.reference !== "") continue;
    const { charge, amount, currency } = line;
    const fact = {
      of: "refund" as const,
      reference: undefined,
      object: reference,
      charge,
      amount,
      currency,
      result: { status: "refunded" as const, providerReference: reference, amount },
    };
    const event = {
      id: String(told["event_id"]),
      type: String(told["type"]),
      createdAt: new Date(line.at),
      account: undefined,
      orderId: undefined,
      fact,
    };
    await bookOutsideRefund(runtime, account, event, fact).catch(watchWebhookFailure);
  }
}
