import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

// Nothing here waits for a lease, and a payment that a busy machine makes late is none that meets a plan.
const stack = stackUnderTest();
const PLAN = "delay-response=1";

/** The table's clock is moved instead of waiting. */
async function minutesPass(account: string, minutes: number): Promise<void> {
  await stack.sql`update fault_plans set updated_at = updated_at - ${minutes} * interval '1 minute' where account = ${account}`;
}

async function armed(buyer: Buyer): Promise<string> {
  return Object((await buyer.query("faults.get")).result).plan;
}

async function met(buyer: Buyer): Promise<boolean> {
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  const [row] = await stack.sql`
    select count(*)::integer as n from timeline_events where account = ${buyer.account} and order_id = ${payment.orderId} and point = 'fault'`;
  return row?.["n"] === 1;
}

test("a plan that nobody has used for fifteen minutes is not armed any more, and no payment meets it", async () => {
  const buyer = await Buyer.arrives(stack.services);
  await buyer.mutate("faults.set", { plan: PLAN });
  await minutesPass(buyer.account, 14);
  expect(await armed(buyer)).toBe(PLAN);
  // A page that asks each second whether something is armed is not a use of it.
  await minutesPass(buyer.account, 2);
  expect(await armed(buyer)).toBe("");
  expect(await met(buyer)).toBe(false);
  expect(await armed(buyer)).toBe("");
});

test("a payment that meets the plan keeps it armed for another fifteen minutes", async () => {
  const buyer = await Buyer.arrives(stack.services);
  await buyer.mutate("faults.set", { plan: PLAN });
  for (let time = 1; time <= 3; time += 1) {
    await minutesPass(buyer.account, 14);
    expect(await met(buyer)).toBe(true);
  }
  expect(await armed(buyer)).toBe(PLAN);
  await buyer.mutate("faults.set", { plan: "" });
  expect(await met(buyer)).toBe(false);
});
