import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../db/test-database.ts";
import { createPeerEffects } from "./create-peer-effects.ts";
import { duplicates, killed, zombie } from "./probes.ts";

let database: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  await createPeerEffects(database);
  sql = postgres(database.appUrl, { max: 1, fetch_types: false });
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

const bench = (file: string, points: string[]) => {
  const { appUrl, adminUrl } = database;
  return { sql, entry: { file, points }, where: { appUrl, adminUrl, redisUrl: undefined } };
};

// Each starts processes, one of them a stopped one.
describe("known bad: looks, acts and notes it down in memory", { timeout: 90_000 }, () => {
  const knownBad = (...points: string[]) => bench("known-bad.ts", points);

  test("eight at once are counted as eight effects", async () => {
    expect(await duplicates(knownBad(), 1)).toEqual({ effects: 8, answers: 8 });
  });

  test("a kill behind the effect is counted as two effects", async () => {
    const outcome = await killed(knownBad("after the insert"), 0);
    expect(outcome).toEqual({ effects: 2, answered: true });
  });

  test("a process that was given up and goes on is counted as two effects", async () => {
    const outcome = await zombie(knownBad("before the insert"));
    expect(outcome).toEqual({ effects: 2, answered: true });
  });
});

test("where key, effect and answer are one commit, a kill is counted as one effect", async () => {
  expect(await killed(bench("ours/record-function.ts", []), 1)).toEqual({
    effects: 1,
    answered: true,
  });
}, 90_000);
