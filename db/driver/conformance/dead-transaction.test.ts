import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorCode } from "../../error-code.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { type Afterlife, outliveBackend, type SecondEnds } from "./dead-transaction.ts";
import { type Defences, defences, poolUnderTest, testTimings } from "./pool-under-test.ts";

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

const waiting: Afterlife[] = ["throws", "writes", "writes in a savepoint", "returns"];
const inFlight: Afterlife = "writes at once, its statement having failed";
const ends: SecondEnds[] = ["commits", "rolls back"];
const casesOf = (afterlives: Afterlife[]) =>
  afterlives.flatMap((afterlife) => ends.map((second) => ({ afterlife, second })));

async function run(defence: Defences, how: { afterlife: Afterlife; second: SecondEnds }) {
  const timings = { ...testTimings, statementMs: 25_000, socketMs: 28_000 };
  const pool = await poolUnderTest(defence, { url: database.adminUrl, timings });
  try {
    return await outliveBackend(pool, admin, how);
  } catch (err) {
    return err;
  } finally {
    await pool.close();
  }
}

const rightly = (second: SecondEnds) => (second === "commits" ? ["second, 1", "second, 2"] : []);
const { "guard alone": guardAlone, "neither, as published": neither, ...patched } = defences;

describe.each(Object.entries(patched))("%s", (_name, defence) => {
  test.each(casesOf([...waiting, inFlight]))(
    "a dead transaction that $afterlife changes nothing for the next one, which $second",
    async (how) => {
      expect(await run(defence, how)).toEqual(rightly(how.second));
    },
  );
});

describe("guard alone", () => {
  test.each(casesOf(waiting))(
    "a dead transaction that $afterlife changes nothing for the next one, which $second",
    async (how) => {
      expect(await run(guardAlone, how)).toEqual(rightly(how.second));
    },
  );

  test("a dead transaction writes nothing at once either, but without the patch its error is the next one's", async () => {
    const outcome = await run(guardAlone, { afterlife: inFlight, second: "commits" });
    expect(errorCode(outcome)).toBe("57P01");
    expect(await admin.sql`select what from effects`).toEqual([]);
  });
});

describe("known bad: the driver as published, without the guard", () => {
  test("lets a dead transaction write, commit and roll back in a stranger's", async () => {
    const harmless = [];
    for (const how of casesOf(waiting)) {
      const rows = await run(neither, how);
      if (String(rows) === String(rightly(how.second))) harmless.push(how);
    }
    // Two commits in a stranger's transaction that wants to commit leave the same rows: nothing to see there.
    // When more turn harmless, upstream has mended it: look whether the patch can go.
    expect(harmless).toEqual([{ afterlife: "returns", second: "commits" }]);
  });
});
