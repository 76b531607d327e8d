import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../client.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { defences, knownBad, testTimings } from "./pool-under-test.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/**
 * A prepared statement that Postgres does not know any more (`DEALLOCATE`, a pooler, a changed type) is sent a second
 * time by the driver itself, and nobody hears of it. What it writes then?
 */
async function writtenTheSecondTime(which: keyof typeof defences): Promise<unknown> {
  const options = { url: database.adminUrl, max: 1, timings: testTimings };
  const pool = openDatabase(
    { ...options, applicationName: "sent-again" },
    await knownBad(defences[which]),
  );
  const { sql } = pool;
  await sql`drop table if exists flags`;
  await sql`create table flags (paid boolean, receipt bytea)`;
  const values = [true, Buffer.from([1, 2])];
  const write = () => sql.unsafe("insert into flags values ($1, $2)", values as never[]);
  await write();
  await sql`delete from flags`;
  await sql.unsafe("deallocate all");
  await write();
  const [row] = await sql`select paid, receipt::text from flags`;
  await pool.close();
  return row;
}

const MEANT = { paid: true, receipt: "\\x0102" };

test.each(["guard and patch", "patch alone, CommonJS build"] as const)(
  "what the driver sends a second time has the same values: %s",
  async (which) => {
    expect(await writtenTheSecondTime(which)).toEqual(MEANT);
  },
);

test("known bad: the driver as published writes false where true was meant", async () => {
  const written = await writtenTheSecondTime("neither, as published");
  expect(written).toMatchObject({ paid: false });
});
