import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { gate } from "./gate.ts";
import { type Defences, defences, poolUnderTest } from "./pool-under-test.ts";

let database: TestDatabase;
let admin: Admin;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = openAdmin(database.adminUrl);
  await admin.sql`create table effects (what text not null)`;
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** A transaction commits while some work that it forgot to await goes on; the next one gets its connection. */
async function forgetToAwait(defence: Defences): Promise<{ late: unknown; rows: unknown[] }> {
  await admin.sql`truncate effects`;
  const pool = await poolUnderTest(defence, { url: database.adminUrl });
  const nextIsOpen = gate();
  let late: Promise<unknown> = Promise.resolve();
  await pool.sql.begin(async (tx) => {
    await tx`insert into effects values ('first')`;
    late = nextIsOpen.opened
      .then(() => tx`insert into effects values ('first, late')`)
      .catch((err: unknown) => err);
  });
  await pool.sql.begin(async (tx) => {
    await tx`insert into effects values ('second')`;
    nextIsOpen.open();
    await late;
  });
  await pool.close();
  const rows = await admin.sql<{ what: string }[]>`select what from effects order by what`;
  return { late: await late, rows: rows.map(({ what }) => what) };
}

test("a statement that a transaction forgot to await is refused, and never lands in the next one", async () => {
  const { late, rows } = await forgetToAwait(defences["guard and patch"]);
  expect(late).toMatchObject({ code: "TRANSACTION_OVER" });
  expect(rows).toEqual(["first", "second"]);
});

test("known bad: without the guard it lands in the next one", async () => {
  const { rows } = await forgetToAwait(defences["patch alone"]);
  expect(rows).toEqual(["first", "first, late", "second"]);
});
