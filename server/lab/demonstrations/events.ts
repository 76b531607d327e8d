import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { pay } from "../../checkout/pay.ts";
import { takeEvent } from "../../events/take-event.ts";
import type { BankEvent } from "../../payments/bank-event.ts";
import type { ChargeRequest, ChargeResult } from "../../payments/provider.ts";
import { runOperation, type Runtime } from "../../trpc/operation.ts";
import { subAccount } from "../sub-account.ts";
import { seenInPostgres } from "../twins/seen-in-postgres.ts";
import { SEEN_MS, takeEventSeenWithTtl } from "../twins/seen-with-ttl.ts";
import type { Demonstration, Side, Stage } from "./demonstration.ts";
import { placeOrder } from "./place-order.ts";

/** Of the consumer that dies; the next delivery has to wait for its end. */
const LEASE_MS = 600;
const LATE_MS = SEEN_MS + 100;
const LANE = "events-twin";
const operations = [pay];

/** Pattern 4. The bank's word of a charge meets a consumer that dies, comes again, and once more much later. */
export const events: Demonstration = {
  id: "events",
  title: "Events come more than once",
  story:
    "Emil's bank has taken his money, and the answer to the shop was lost. The bank tells of it by an event, and whoever takes the event in dies in the middle. So the bank sends it again, and a copy that was held up on the way arrives when nobody thinks of it any more.",
  breaks: "Die before the effect, deliver again, and again late",
  production: { file: "server/events/take-event.ts", name: "takeEvent" },
  twin: { file: "server/lab/twins/seen-with-ttl.ts" },
  home: "the bank's webhook",
  page: { href: "/ledger?view=events", name: "The events that came, in the ledger" },
  run: (stage) => Promise.all([production(stage), twin(stage)]),
};

async function production({ ctx }: Stage): Promise<Side> {
  const { account, db } = ctx;
  const { event, orderId } = await chargedUnheard(ctx);
  const quick = { ...ctx, limits: { ...ctx.limits, leaseMs: LEASE_MS, waitMs: 100 } };
  await diesBeforeItsCommit((dying) => takeEvent({ ...quick, onEvent: dying }, operations, event));
  const answers = ["died before its commit"];
  for (let sent = 0; sent < 40 && answers.length < 2; sent += 1) {
    const effect = await takeEvent(quick, operations, event).catch(() => undefined);
    if (effect) answers.push(effect);
    else await pause(150);
  }
  await pause(LATE_MS);
  answers.push(await takeEvent(quick, operations, event));
  const [books] = await db.execute(sql`
    select (select count(*)::integer from charges where account = ${account} and order_id = ${orderId}::uuid) as charges,
           (select count(*)::integer from receipts where account = ${account} and order_id = ${orderId}::uuid) as receipts,
           (select count(*)::integer from webhook_inbox where account = ${account} and event_id = ${event.id}) as inbox`);
  const [charges, receipts, inbox] = [books?.["charges"], books?.["receipts"], books?.["inbox"]];
  return {
    name: "takeEvent",
    holds: charges === 1 && receipts === 1 && inbox === 1,
    sentence: `Delivered three times: ${charges} charge in the books, ${receipts} receipt, ${inbox} row in the inbox. The row and the effect are one commit, so the delivery that died left neither. The row stays for three times as long as the bank can repeat the event, and whoever came later still would meet the books.`,
    tables: [
      {
        title: "The three deliveries",
        columns: ["delivery", "effect"],
        rows: answers.map((effect, at) => [String(at + 1), effect]),
      },
    ],
  };
}

async function twin({ ctx }: Stage): Promise<Side> {
  const account = subAccount(ctx.account, LANE);
  const seen = seenInPostgres(ctx.db, account);
  const [orderId, died, late] = [uuidv7(), `evt_${uuidv7()}`, `evt_${uuidv7()}`];
  const receipt = (eventId: string) => async () => {
    await ctx.db.execute(sql`
      insert into lab_receipts (account, lane, order_id, receipt_id, event_id)
      values (${account}, ${LANE}, ${orderId}::uuid, ${uuidv7()}::uuid, ${eventId})`);
  };
  await Promise.race([takeEventSeenWithTtl(seen, died, () => new Promise(() => {})), pause(300)]);
  await takeEventSeenWithTtl(seen, died, receipt(died));
  await takeEventSeenWithTtl(seen, late, receipt(late));
  await pause(LATE_MS);
  await takeEventSeenWithTtl(seen, late, receipt(late));
  const rows = await ctx.db.execute(sql`
    select event_id from lab_receipts where account = ${account} and lane = ${LANE} and order_id = ${orderId}::uuid`);
  const of = (id: string) => rows.filter((row) => row["event_id"] === id).length;
  return {
    name: "if (SETNX(id, ttl)) effect()",
    holds: of(died) === 1 && of(late) === 1,
    sentence: `The event whose consumer died was thanked for when it came again: ${of(died)} receipts, for ever. The one that came late was new once more: ${of(late)} receipts.`,
    tables: [
      {
        title: "Receipts by event",
        columns: ["event", "receipts"],
        rows: [
          ["its consumer died", String(of(died))],
          ["came again late", String(of(late))],
        ],
      },
    ],
  };
}

/** The bank has the money and nobody here knows. With it, what the bank's event says, as the signature's check lets it in. */
async function chargedUnheard(ctx: Stage["ctx"]): Promise<{ event: BankEvent; orderId: string }> {
  const { orderId, total } = await placeOrder(ctx);
  const told: { reference: string; result: ChargeResult }[] = [];
  const payments = {
    ...ctx.payments,
    async charge(request: ChargeRequest, reference: string): Promise<ChargeResult> {
      told.push({ reference, result: await ctx.payments.charge(request, reference) });
      throw new Error("The answer is lost on its way, as asked");
    },
  };
  const input = pay.input.parse({ orderId, paymentMethod: "pm_card_visa", expectedTotal: total });
  const intent = { account: ctx.account, key: uuidv7(), input };
  await runOperation({ ...ctx, payments }, pay, intent).catch(() => undefined);
  const [heard] = told;
  if (heard?.result.status !== "captured") throw new Error("The bank did not charge");
  const fact = { of: "charge" as const, ...heard, object: heard.result.providerReference };
  const id = `evt_${uuidv7()}`;
  return {
    orderId,
    event: {
      id,
      type: "charge.succeeded",
      createdAt: new Date(),
      account: ctx.account,
      orderId,
      fact,
    },
  };
}

/** The consumer's process dies where it would have committed: nothing of it runs any more. */
async function diesBeforeItsCommit(
  take: (dying: Runtime["onEvent"]) => Promise<unknown>,
): Promise<void> {
  let died = () => {};
  const death = new Promise<void>((resolve) => (died = resolve));
  const dying: Runtime["onEvent"] = async ({ point }) => {
    if (point !== "before-commit") return;
    died();
    await new Promise(() => {});
  };
  // Where the bank's own delivery was quicker there is nothing to die of.
  await Promise.race([take(dying).catch(() => undefined), death]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
