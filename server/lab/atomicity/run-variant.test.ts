import { beforeAll, expect, test } from "vitest";
import { stackUnderTest } from "../../test-kit/stack.ts";
import type { Variant } from "./effect.ts";
import { runVariants, type VariantRun } from "./run-variant.ts";

const stack = stackUnderTest();
let runs: Map<Variant, VariantRun>;

beforeAll(async () => {
  const { pool, payments } = stack.services;
  const all = await runVariants({ db: pool.db, payments, account: "somebody" });
  runs = new Map(all.map((run) => [run.variant, run]));
});

async function journalOf(variant: Variant): Promise<number> {
  const [row] = await stack.sql`
    select count(*)::integer as n from bank.journal
     where order_id = ${runs.get(variant)?.orderId ?? ""} and kind = 'charge.succeeded'`;
  return Number(row?.["n"]);
}

test("neither idempotent nor atomic: half of it stands after the crash, and the customer pays twice", async () => {
  expect(runs.get("neither")).toMatchObject({
    afterCrash: { charges: 1, payments: 1, receipts: 0 },
    afterRetry: { charges: 2, payments: 2, receipts: 1 },
  });
  expect(await journalOf("neither")).toBe(2);
});

test("a rollback is not a refund: atomic alone leaves no row of the first charge, and the bank has both", async () => {
  expect(runs.get("atomic-only")).toMatchObject({
    afterCrash: { charges: 1, payments: 0, receipts: 0 },
    afterRetry: { charges: 2, payments: 1, receipts: 1 },
  });
  expect(await journalOf("atomic-only")).toBe(2);
});

test("idempotent alone charges once, and half an effect stands until somebody asks again", async () => {
  expect(runs.get("idempotent-only")).toMatchObject({
    afterCrash: { charges: 1, payments: 1, receipts: 0 },
    afterRetry: { charges: 1, payments: 1, receipts: 1 },
  });
  expect(await journalOf("idempotent-only")).toBe(1);
});

test("idempotent and atomic: no half is ever seen, and the second attempt finishes the first one's charge", async () => {
  expect(runs.get("both")).toMatchObject({
    afterCrash: { charges: 1, payments: 0, receipts: 0 },
    afterRetry: { charges: 1, payments: 1, receipts: 1 },
  });
  expect(await journalOf("both")).toBe(1);
});
