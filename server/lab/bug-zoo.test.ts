import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { eventually } from "../test-kit/eventually.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { LaneAudit } from "./audit/audit-order.ts";
import { type Came, LabClient } from "./lab-client.ts";
import { LANE_BY_NAME } from "./lane-list.ts";
import { type LaneName, LANES } from "./lane.ts";
import { guiltyLines } from "./source-of.ts";

/** Captures in the bank's journal that the lane is known to make under the plan that beats it. */
const CAPTURES: Record<LaneName, { captures: number; because: string }> = {
  naive: { captures: 2, because: "the resend is a new payment" },
  "check-then-insert": { captures: 2, because: "both deliveries looked before either wrote" },
  "memory-map": { captures: 2, because: "the crash emptied the Map" },
  "key-per-send": { captures: 2, because: "each of two sends had a key of its own" },
  "release-on-error": { captures: 2, because: "the retry found a free key" },
  "lock-without-lease": { captures: 0, because: "the dead holder keeps the key" },
  "answer-before-commit": { captures: 1, because: "the money was taken and the books are empty" },
  "ttl-too-short": { captures: 1, because: "it is the receipt that is written twice" },
  "hash-without-amount": { captures: 1, because: "the second amount was told the first's answer" },
  "no-fence": { captures: 1, because: "the bank has the key, the books were written twice" },
};

// The limits of production: on a busy machine those of the tests end a call of the bank that nothing was wrong with.
const stack = stackUnderTest({ instances: 2, poolMax: 20, webhooks: true });
let stopCompleter: () => Promise<void>;
beforeAll(() => {
  stopCompleter = startCompleter(stack.services);
});
afterAll(() => stopCompleter());

async function drive(client: LabClient, lane: LaneName): Promise<Came[]> {
  if (lane === "hash-without-amount")
    return [await client.send(), await client.send({ amount: 4_800 })];
  // Impatient where an attempt sleeps, or nobody would take it over.
  const came = await client.untilDefinite({ patienceMs: lane === "no-fence" ? 3_000 : 25_000 });
  await client.late();
  return [came];
}

/** The whole run, from a new buyer on: what came, what the bank has, what the audit says. */
async function run(beatenBy: LaneName, through: LaneName | "idempotent") {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { plan: written } = LANE_BY_NAME[beatenBy].killedBy;
  // A busy machine may hand the two deliveries on one after the other: a pause after the look keeps the window open.
  const plan = beatenBy === "check-then-insert" ? `${written},stall-after-claim=1500` : written;
  // A Map is one process's own: its lane is beaten by the crash, not by the second instance.
  const instances = through === "memory-map" ? stack.instances.slice(0, 1) : stack.instances;
  const client = new LabClient({ buyer, payment, lane: through, plan, through: instances });
  const audited = async () => {
    const { result } = await buyer.query("lab.audit", { orderId: payment.orderId });
    return { audit: (result as LaneAudit[]).find(({ lane }) => lane === through) };
  };
  const came = await drive(client, beatenBy);
  if (through === "ttl-too-short")
    await eventually(
      async () => ((await audited()).audit?.receipts === 2 ? true : undefined),
      60_000,
    );
  if (through === "lock-without-lease") await growOld(buyer.account);
  const { audit } = await audited();
  const [bank] = await stack.sql<{ captures: number }[]>`
    select count(*)::integer as captures from bank.journal where order_id = ${payment.orderId} and kind = 'charge.succeeded'`;
  const red = audit?.invariants.filter(({ holds }) => !holds).map(({ id }) => id);
  return { came, audit, captures: bank?.captures, red };
}

/** Fifteen seconds pass. Moved in the table: what is asked is what the audit says then. */
async function growOld(account: string): Promise<void> {
  await stack.sql`update lab_keys set claimed_at = claimed_at - interval '16 seconds' where account = ${account}`;
}

describe.concurrent("each lane of the bug zoo is beaten by its plan", () => {
  test.for(LANES.map((lane) => [lane, LANE_BY_NAME[lane].killedBy.plan, LANE_BY_NAME[lane].red]))(
    "%s under %s: %s goes red",
    { timeout: 90_000 },
    async ([name]) => {
      const lane = LANES.find((one) => one === name) ?? "naive";
      const { audit, captures, red } = await run(lane, lane);
      expect(captures, CAPTURES[lane].because).toBe(CAPTURES[lane].captures);
      expect(audit?.charges).toBe(captures);
      // Two charges of the naive lane are told by two events, and sooner or later they are two receipts.
      const also = lane === "naive" ? ["S8"] : [];
      expect(red?.filter((id) => !also.includes(id))).toEqual([LANE_BY_NAME[lane].red]);
    },
  );
});

describe.concurrent(
  "checkout.pay under the plan that beats a lane is charged once, and all invariants hold",
  () => {
    test.for([...LANES])("%s's", { timeout: 90_000 }, async (lane) => {
      const { came, audit, captures, red } = await run(lane, "idempotent");
      expect(captures).toBe(1);
      expect(audit).toMatchObject({ charges: 1, captured: { amount: 1_998, currency: "EUR" } });
      expect(red).toEqual([]);
      expect(came[0]).toMatchObject({ status: 200, result: { status: "paid" } });
      if (lane === "hash-without-amount")
        expect(came[1]).toMatchObject({
          status: 422,
          error: { idempotency: { code: "KEY_REUSED" } },
        });
    });
  },
);

describe.concurrent(
  "without a fault each lane charges once and is all green: it is wrong in one place only",
  () => {
    test.for([...LANES])("%s", async (lane) => {
      const buyer = await Buyer.arrives(stack.services);
      const payment = await buyer.saves();
      const client = new LabClient({ buyer, payment, lane, plan: "", through: stack.instances });
      expect(await client.send()).toMatchObject({ status: 200, result: { status: "paid" } });
      const { result } = await buyer.query("lab.audit", { orderId: payment.orderId });
      const [audit] = result as LaneAudit[];
      expect(audit).toMatchObject({ lane, charges: 1, requests: 1, executions: 1, replays: 0 });
      expect(audit?.invariants.filter(({ holds }) => !holds)).toEqual([]);
      // A card that is refused is refused, and nothing stands in the books.
      const poor = { ...(await buyer.saves()), paymentMethod: "pm_card_chargeDeclined" };
      const declined = new LabClient({
        buyer,
        payment: poor,
        lane,
        plan: "",
        through: stack.instances,
      });
      expect(await declined.send()).toMatchObject({ status: 200, result: { status: "declined" } });
    });
  },
);

test("every lane marks its guilty lines, and the marker names the invariant that goes red", async () => {
  for (const lane of LANES) {
    const causes = await guiltyLines(`server/lab/lanes/${lane}.ts`);
    const guilty = causes.find(({ cause }) => cause === LANE_BY_NAME[lane].red);
    expect(guilty, lane).toBeDefined();
    expect(guilty?.lines.length, lane).toBeGreaterThanOrEqual(2);
    expect(guilty?.lines.length, lane).toBeLessThanOrEqual(15);
    expect(guilty?.lines[0], "a comment says why").toMatch(/^\s*\/\//);
  }
});
