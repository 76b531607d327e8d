import { drizzle } from "drizzle-orm/postgres-js";
import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { router } from "../trpc/router.ts";
import type { Services } from "../wiring.ts";

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
  expect((await buyer.query("session.me")).result).toMatchObject({ faults: false });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a plan that an account armed before is not met either", async () => {
  const buyer = await Buyer.arrives(stack.services);
  await stack.sql`insert into fault_plans (account, plan) values (${buyer.account}, 'lose-response')`;
  expect((await buyer.pays(await buyer.saves())).status).toBe(200);
});

test("no procedure of the lab exists, no statement of a payment names a table of the lab, and its gates hold nobody", async () => {
  const sent: string[] = [];
  const { pool } = stack.services;
  const db = drizzle(pool.sql, { logger: { logQuery: (query) => sent.push(query) } });
  const spied: Services = { ...stack.services, db, pool: { ...pool, db }, aside: { ...pool, db } };
  const buyer = await Buyer.arrives(spied);
  const lab = Object.keys(router._def.procedures).filter((path) => path.startsWith("lab."));
  expect(lab.length).toBeGreaterThan(10);
  for (const path of lab) {
    // A query is not to be sent as a mutation, and the other way about; the right way there is nothing.
    const both = [await buyer.query(path), await buyer.mutate(path, {})];
    expect(both.map(({ status }) => status).sort(), path).toEqual([404, 405]);
  }
  const payment = await buyer.saves();
  await stack.sql`insert into lab_gates (account, lane, run_key, points)
    values (${buyer.account}, 'idempotent', ${payment.idempotencyKey}, array['before-claim'])`;
  expect((await buyer.pays(payment)).status).toBe(200);
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.filter((query) => /\blab_/.test(query))).toEqual([]);
});
