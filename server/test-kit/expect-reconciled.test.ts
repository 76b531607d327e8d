import { expect, test } from "vitest";
import { Buyer } from "./buyer.ts";
import { expectReconciled } from "./expect-reconciled.ts";
import { buysTea, refundOf, refunds } from "./refunds.ts";
import { stackUnderTest } from "./stack.ts";

const stack = stackUnderTest({
  leaves: "a charge that is taken out of the books",
});

test("the last check of every test finishes what was left behind, passes sound books, and is red when a line is missing", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { orderId, chargeId } = await buysTea(buyer);
  const plan = { "x-fault-plan": "provider-timeout" };
  await refunds(buyer, refundOf(chargeId, 500), { headers: plan });
  await buyer.pays(await buyer.saves(), { headers: plan });
  await expectReconciled(stack.services, stack.sql);

  await stack.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from charges where order_id = ${orderId}`;
  });
  await expect(expectReconciled(stack.services, stack.sql)).rejects.toThrow(
    "captured-without-claim",
  );
});
