import { expect, test } from "vitest";
import { stackUnderTest } from "../test-kit/stack.ts";
import { checkedLately, checkReadiness } from "./check-readiness.ts";

const stack = stackUnderTest();

async function migrated(): Promise<boolean> {
  const checks = await checkReadiness(stack.services);
  return checks.find(({ name }) => name === "migrations")?.ok === true;
}

test("a database that lacks any one migration is not ready, and the check that says so is named", async () => {
  expect(await migrated()).toBe(true);
  const names = await stack.sql<{ name: string }[]>`select name from schema_migrations`;
  for (const { name } of names.filter((row) => !row.name.startsWith("0000"))) {
    await stack.sql`update schema_migrations set name = 'gone' where name = ${name}`;
    expect(await migrated(), name).toBe(false);
    await stack.sql`update schema_migrations set name = ${name} where name = 'gone'`;
  }
});

test("whoever asks for readiness a hundred times in a second has the bank asked once", async () => {
  const { payments } = stack.services;
  let asked = 0;
  const statement: typeof payments.statement = (...of) => {
    asked += 1;
    return payments.statement(...of);
  };
  const services = { ...stack.services, payments: { ...payments, statement } };
  const told = await Promise.all(Array.from({ length: 100 }, () => checkedLately(services)));
  expect(asked).toBe(1);
  expect(new Set(told).size).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  await checkedLately(services);
  expect(asked).toBe(2);
});
