import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { pay } from "../../checkout/pay.ts";
import type { BankCharge } from "../../payments/provider.ts";
import { runOperation } from "../../trpc/operation.ts";
import { runLane } from "../run-lane.ts";
import { subAccount } from "../sub-account.ts";
import type { Demonstration, Rows, Stage } from "./demonstration.ts";
import { placeOrder } from "./place-order.ts";

const METHOD = "pm_card_visa";
const SENDS = 3;

/** Pattern 1. The customer's page asks three times, as it does when two answers are lost. */
export const key: Demonstration = {
  id: "key",
  title: "Idempotency key",
  story:
    "Ada pays for a kettle on a train. The tunnel swallows the answer, twice. Her page asks again.",
  rule: "One key for one decision to pay, stored before the first send.",
  limit:
    "It does not help where each try makes a new key, or where the next system is given no key.",
  breaks: "Ask three times, as if two answers were lost",
  production: [
    {
      file: "server/idempotency/core/claim.ts",
      name: "keyFor",
      says: "The claim: a row for this account and this key.",
    },
    {
      file: "server/idempotency/core/claim.ts",
      name: "ADMITTED",
      says: "As checkout.pay runs it: of any number at once one inserts the row, the others find it. Only that one goes on to the bank.",
    },
    {
      file: "server/checkout/pay.ts",
      name: "pay",
      says: "What runs behind the claim. The bank is asked under a key of the step.",
    },
  ],
  twin: { file: "server/lab/lanes/naive.ts" },
  home: "checkout.pay",
  page: { href: "/lab/lost-response", name: "Lose the answers on the network, in the lab" },
  aside: {
    id: "fence",
    title: "Lease and fence",
    text: "The claim is held for a time only, the lease, so that a key whose holder died does not stay locked. Whoever finds the lease over takes the key over and counts up its fence, a number in the row. Every write asks for the fence that its holder was given. A holder that comes back late has an old one: its write finds no row and changes nothing. A call that it had already begun may still reach the bank, but under the same key of the step, which makes it no second charge.",
    code: [
      {
        file: "server/idempotency/core/fenced-writes.ts",
        name: "STILL_MINE",
        says: "In the WHERE of every write: $3 is the fence.",
      },
      {
        file: "server/idempotency/core/fenced-writes.ts",
        name: "COMPLETING",
        says: "The last write. The ledger's rows select from done: where the fence is old, it is empty, and so are they.",
      },
    ],
    page: { href: "/lab/zombie", name: "A holder that comes back late, in the lab" },
  },
  async run(stage) {
    const { ctx } = stage;
    const order = await placeOrder(ctx);
    const intent = { account: ctx.account, key: uuidv7(), orderId: order.orderId };
    const answers: string[] = [];
    const naive: string[] = [];
    for (let send = 1; send <= SENDS; send += 1) {
      answers.push(await payOnce(stage, intent, order.total));
      naive.push(await payAgain(stage, order));
    }
    const ours = await ctx.payments.statement(ctx.account, order.orderId);
    const theirs = await ctx.payments.statement(subAccount(ctx.account, "naive"), order.orderId);
    return [
      {
        name: "checkout.pay",
        holds: ours.length === 1 && new Set(answers).size === 1,
        sentence: `Asked ${SENDS} times, charged ${times(ours.length)}. ${differing(answers)}`,
        tables: [chargesOf(ours), answersOf(answers)],
      },
      {
        name: "A lane without a key",
        holds: theirs.length <= 1,
        sentence: `Asked ${SENDS} times, charged ${times(theirs.length)}. ${differing(naive)}`,
        tables: [chargesOf(theirs), answersOf(naive)],
      },
    ];
  },
};

/** Gives the bytes of the answer. */
async function payOnce(
  { ctx }: Stage,
  { account, key: idempotencyKey, orderId }: { account: string; key: string; orderId: string },
  total: number,
): Promise<string> {
  const input = pay.input.parse({ orderId, paymentMethod: METHOD, expectedTotal: total });
  const intent = { account, key: idempotencyKey, input };
  return (await runOperation(ctx, pay, intent)).text;
}

async function payAgain(
  { ctx, lab }: Stage,
  { orderId, total }: { orderId: string; total: number },
): Promise<string> {
  const wanted = { runKey: uuidv7(), orderId, paymentMethod: METHOD, amount: total };
  const answer = await runLane(ctx, lab, { lane: "naive", idempotencyKey: undefined, ...wanted });
  return JSON.stringify(answer);
}

function chargesOf(charges: BankCharge[]): Rows {
  return {
    title: "The bank's statement",
    columns: ["charge", "minor units"],
    rows: charges.map(({ chargeId, amount }) => [chargeId, String(amount)]),
  };
}

function answersOf(answers: string[]): Rows {
  return {
    title: "The answers",
    columns: ["send", "sha-256 of the bytes"],
    rows: answers.map((text, at) => [
      String(at + 1),
      createHash("sha256").update(text).digest("hex").slice(0, 16),
    ]),
  };
}

function differing(answers: string[]): string {
  const kinds = new Set(answers).size;
  return kinds === 1
    ? `All ${answers.length} answers are the same bytes.`
    : `${kinds} of ${answers.length} answers differ.`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
