import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { pay } from "../../checkout/pay.ts";
import { NotYet } from "../../events/not-yet.ts";
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
const DELIVERIES_MAX = 40;
const TRIES_MAX = 5;
const DIED = "died before its commit";
const COME_AGAIN = "refused (503, come again)";
const FAILED = "failed (503, come again)";
const LANE = "events-twin";
const operations = [pay];

/** Pattern 4. The bank's word of a charge meets a consumer that dies, comes again, and once more much later. */
export const events: Demonstration = {
  id: "events",
  title: "Events come more than once",
  story:
    "Emil's bank has taken his money, and the answer to the shop was lost. The bank tells of it by an event, and whoever takes the event in dies in the middle. So the bank sends it again, and a copy that was held up on the way arrives when nobody thinks of it any more.",
  rule: "Delivery is at least once, so the event's id and its effect share one commit.",
  limit:
    "An id that is kept elsewhere loses events, and one that is forgotten too soon repeats them.",
  breaks: "Die before the effect, deliver again, and again late",
  production: [
    {
      file: "server/events/inbox.ts",
      name: "inboxRow",
      says: "The row that tells a repeat. It selects from done: it is there where the effect's commit is, and only there.",
    },
    {
      file: "server/events/take-event.ts",
      name: "takeEvent",
      says: "An event that has its row is over. One that cannot have its effect yet leaves none.",
    },
  ],
  twin: { file: "server/lab/twins/seen-with-ttl.ts" },
  home: "the bank's webhook",
  page: { href: "/ledger?view=events", name: "The events that came, in the ledger" },
  run: (stage) => Promise.all([production(stage), twin(stage)]),
};

async function production({ ctx }: Stage): Promise<Side> {
  const { account, db } = ctx;
  const quick = { ...ctx, limits: { ...ctx.limits, leaseMs: LEASE_MS, waitMs: 100 } };
  const deliver = (of: BankEvent, runtime: Runtime = quick) =>
    takeEvent(runtime, operations, of).catch((error: unknown) =>
      error instanceof NotYet ? COME_AGAIN : FAILED,
    );
  const { event, orderId, first } = await diesOfOne(ctx, (of, onEvent) =>
    deliver(of, { ...quick, onEvent }),
  );
  const answers = [first];
  while (!answers.some(isOver) && answers.length < DELIVERIES_MAX) {
    if (answers.length > 1) await pause(150);
    answers.push(await deliver(event));
  }
  await pause(LATE_MS);
  answers.push(await deliver(event));
  const [books] = await db.execute(sql`
    select (select count(*)::integer from charges where account = ${account} and order_id = ${orderId}::uuid) as charges,
           (select count(*)::integer from receipts where account = ${account} and order_id = ${orderId}::uuid) as receipts,
           (select count(*)::integer from webhook_inbox where account = ${account} and event_id = ${event.id}) as inbox`);
  const [charges, receipts, inbox] = [books?.["charges"], books?.["receipts"], books?.["inbox"]];
  return {
    name: "takeEvent",
    holds: charges === 1 && receipts === 1 && inbox === 1,
    sentence: `Delivered ${answers.length} times: ${toldOf(answers)}. ${charges} charge in the books, ${receipts} receipt, ${inbox} row in the inbox. The row and the effect are one commit, so a delivery that dies before it leaves neither. The row stays for three times as long as the bank can repeat the event, and whoever came later still would meet the books.`,
    tables: [
      {
        title: "Every delivery of this event",
        columns: ["delivery", "what became of it"],
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
    name: "if (SETNX(id, ttl)) effect(), kept in a table here",
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

type Unheard = Awaited<ReturnType<typeof chargedUnheard>>;

/** An event whose consumer dies; where the bank's own event was quicker there is nothing to die of, so another order tries. */
async function diesOfOne(
  ctx: Stage["ctx"],
  deliver: (event: BankEvent, dying: Runtime["onEvent"]) => Promise<string>,
): Promise<Unheard & { first: string }> {
  for (let tries = 1; ; tries += 1) {
    const unheard = await chargedUnheard(ctx);
    const first = await diesBeforeItsCommit((dying) => deliver(unheard.event, dying));
    if (first === DIED || tries === TRIES_MAX) return { ...unheard, first };
  }
}

/** The consumer's process dies where it would have committed: nothing of it runs any more. */
async function diesBeforeItsCommit(
  take: (dying: Runtime["onEvent"]) => Promise<string>,
): Promise<string> {
  let died = () => {};
  const death = new Promise<typeof DIED>((resolve) => (died = () => resolve(DIED)));
  const dying: Runtime["onEvent"] = async ({ point }) => {
    if (point !== "before-commit") return;
    died();
    await new Promise(() => {});
  };
  return await Promise.race([take(dying), death]);
}

function isOver(answer: string): boolean {
  return ![DIED, COME_AGAIN, FAILED].includes(answer);
}

/** "1 died before its commit, 3 refused (503, come again)" and so on, in the order in which each came first. */
function toldOf(answers: string[]): string {
  const count = (kind: string) => answers.filter((answer) => answer === kind).length;
  return [...new Set(answers)].map((kind) => `${count(kind)} ${kind}`).join(", ");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
