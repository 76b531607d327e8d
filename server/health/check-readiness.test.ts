import { expect, test } from "vitest";
import { stackUnderTest } from "../test-kit/stack.ts";
import { checkReadiness } from "./check-readiness.ts";

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
