import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundOf, refunds } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

const rows = z.array(z.record(z.string(), z.unknown()));
const inspected = z.object({
  key: z.record(z.string(), z.unknown()).optional(),
  steps: rows,
  answer: z.object({ text: z.string(), bytes: z.number(), sha256: z.string() }).optional(),
  effects: z.array(z.object({ table: z.string(), rows })),
});

async function inspect(buyer: Buyer, idempotencyKey: string) {
  return inspected.parse((await buyer.query("audit.intent", { idempotencyKey })).result);
}

test("a refund's rows are shown as they stand: key, step, the stored bytes with their hash, and what was booked", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { chargeId } = await buysTea(buyer);
  const call = refundOf(chargeId, 500);
  const answered = await refunds(buyer, call);
  const { key, steps, answer, effects } = await inspect(buyer, call.idempotencyKey);
  expect(key).toMatchObject({
    procedure: "refunds.create",
    state: "completed",
    fence: 1,
    holds: false,
  });
  expect(steps).toMatchObject([{ step: "refund", open_sends: [1], last_sent: 1, place: 1 }]);
  expect(answered.text).toContain(answer?.text);
  expect(answer?.bytes).toBe(Buffer.byteLength(answer?.text ?? ""));
  expect(answer?.sha256).toBe(
    createHash("sha256")
      .update(answer?.text ?? "")
      .digest("hex"),
  );
  const counts = Object.fromEntries(effects.map(({ table, rows: all }) => [table, all.length]));
  expect(counts).toEqual({ charges: 0, refunds: 1, postings: 1, ledger_entries: 2 });
});

test("a key of nobody and a key of another account look the same: nothing is there", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { key } = await buysTea(buyer);
  const stranger = await Buyer.arrives(stack.services);
  const foreign = await stranger.query("audit.intent", { idempotencyKey: key });
  const nobody = await stranger.query("audit.intent", { idempotencyKey: uuidv7() });
  expect(foreign.text).toBe(nobody.text);
  expect((await inspect(buyer, key)).key).toMatchObject({ procedure: "checkout.pay" });
});

test("postings are listed with their lines, the newest first, a refund as the charge the other way round", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { chargeId, orderId, key } = await buysTea(buyer);
  const call = refundOf(chargeId, 500);
  await refunds(buyer, call);
  const { result } = await buyer.query("audit.postings");
  const line = (account: string, direction: string, amount: number) => ({
    account,
    direction,
    amount,
    currency: "EUR",
  });
  expect(result).toMatchObject([
    {
      kind: "refund",
      orderId,
      idempotencyKey: call.idempotencyKey,
      entries: [line("sales", "debit", 500), line("bank", "credit", 500)],
    },
    {
      kind: "charge",
      orderId,
      sourceId: chargeId,
      idempotencyKey: key,
      entries: [line("bank", "debit", 1_998), line("sales", "credit", 1_998)],
    },
  ]);
});
