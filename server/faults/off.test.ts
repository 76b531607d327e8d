import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ faults: "off" });

test("with FAULTS off the header is a header like any other, the procedures do not exist, and the page is told so", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  for (const plan of ["lose-response,provider-error", "no such plan"]) {
    expect((await buyer.pays(payment, { headers: { "x-fault-plan": plan } })).status).toBe(200);
  }
  expect((await buyer.query("faults.get")).status).toBe(404);
  expect((await buyer.mutate("faults.set", { plan: "lose-response" })).status).toBe(404);
  const { idempotencyKey: runKey, ...wanted } = payment;
  const inLane = { lane: "naive", runKey, ...wanted };
  expect((await buyer.mutate("lab.pay", inLane)).status).toBe(404);
  for (const [procedure, input] of [
    ["lab.lanes"],
    ["lab.presets"],
    ["lab.audit", { orderId: payment.orderId }],
  ]) {
    expect((await buyer.query(String(procedure), input)).status).toBe(404);
  }
  expect((await buyer.query("session.me")).result).toMatchObject({ faults: false });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a plan that an account armed before is not met either", async () => {
  const buyer = await Buyer.arrives(stack.services);
  await stack.sql`insert into fault_plans (account, plan) values (${buyer.account}, 'lose-response')`;
  expect((await buyer.pays(await buyer.saves())).status).toBe(200);
});
