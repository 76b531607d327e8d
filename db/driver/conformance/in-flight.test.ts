import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtProgram } from "../../../server/test-kit/built-program.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import type { Outcome } from "./in-flight.ts";
import { unpatchedFolder } from "./pool-under-test.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function dieInFlight(defences: { patch: boolean; guard: boolean }): Promise<Outcome> {
  const program = builtProgram("db/driver/conformance/in-flight.ts");
  const driver = defences.patch ? "patched" : unpatchedFolder();
  const args = [...program, database.adminUrl, driver, defences.guard ? "guard" : "no-guard"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const outcome: Outcome = JSON.parse(stdout);
  expect(outcome.rejected).toContain("CONNECTION_CLOSED");
  return outcome;
}

test.each([
  ["guard and patch", { patch: true, guard: true }],
  ["patch alone", { patch: true, guard: false }],
  ["guard alone", { patch: false, guard: true }],
])(
  "%s: a backend that dies with a statement in flight throws nothing uncaught, and the pool goes on",
  async (_name, defences) => {
    expect(await dieInFlight(defences)).toMatchObject({ uncaught: [], healed: true });
  },
);

test("known bad: as published, without the guard, the error reaches nobody and the connection hangs for ever", async () => {
  const { uncaught, healed } = await dieInFlight({ patch: false, guard: false });
  expect(uncaught).toEqual(["TypeError: Cannot read properties of null (reading 'write')"]);
  expect(healed).toBe(false);
});
