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

/** Pattern 1. The answer is lost twice, so the customer's page asks three times. */
export const key: Demonstration = {
  id: "key",
  title: "Idempotency key",
  story:
    "Ada pays for a kettle on a train. The tunnel swallows the answer, twice. Her page asks again, as every page does.",
  breaks: "Lose the answer twice",
  production: { file: "server/checkout/pay.ts", name: "pay" },
  twin: { file: "server/lab/lanes/naive.ts" },
  home: "checkout.pay",
  page: { href: "/lab", name: "Every fault of a payment, in the lab" },
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
        sentence: `Asked ${SENDS} times, charged ${times(ours.length)}. All ${SENDS} answers are the same bytes.`,
        tables: [chargesOf(ours), answersOf(answers)],
      },
      {
        name: "A lane without a key",
        holds: theirs.length <= 1,
        sentence: `Asked ${SENDS} times, charged ${times(theirs.length)}.`,
        tables: [chargesOf(theirs), answersOf(naive)],
      },
    ];
  },
};

/** Gives the bytes of the answer, which nobody receives the first two times. */
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

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
