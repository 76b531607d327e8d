import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtProgram } from "../../../server/test-kit/built-program.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { type Admin, openAdmin } from "./admin.ts";
import type { Journal } from "./payers.ts";
import { unpatchedFolder } from "./pool-under-test.ts";

let database: TestDatabase;
let admin: Admin;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = openAdmin(database.adminUrl);
  await admin.sql`create table payer_lines (id text not null)`;
  await admin.sql`create table payer_slips (id text not null)`;
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

const seed = 1_215;

async function pay(defences: { patch: boolean; guard: boolean; rounds: number }) {
  await admin.sql`truncate payer_lines, payer_slips`;
  const program = builtProgram("db/driver/conformance/payers.ts");
  const driver = defences.patch ? "patched" : unpatchedFolder();
  const guard = defences.guard ? "guard" : "no-guard";
  const args = [
    ...program,
    database.adminUrl,
    driver,
    guard,
    String(defences.rounds),
    String(seed),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const journal: Journal = JSON.parse(stdout);
  const halves = await admin.sql<{ id: string }[]>`
    select coalesce(payer_lines.id, payer_slips.id) as id
    from payer_lines full join payer_slips on payer_lines.id = payer_slips.id
    where payer_lines.id is null or payer_slips.id is null`;
  const recorded = await admin.sql<{ id: string }[]>`select id from payer_slips order by id`;
  return { journal, halves, recorded: recorded.map(({ id }) => id) };
}

function expectWholePayments({ journal, halves, recorded }: Awaited<ReturnType<typeof pay>>): void {
  expect(journal.kills, "backends that died").toBeGreaterThan(0);
  expect(halves).toEqual([]);
  expect(new Set(recorded).size).toBe(recorded.length);
  // A rejected one may be there all the same, as a commit whose answer was lost. An acknowledged one is there.
  expect(journal.acknowledged.filter((id) => !recorded.includes(id))).toEqual([]);
}

test("while backends die each payment has its ledger line and its receipt, or neither", async () => {
  const outcome = await pay({ patch: true, guard: true, rounds: 100 });
  expectWholePayments(outcome);
  expect(outcome.journal.uncaught).toEqual([]);
  expect(outcome.journal.healed).toBe(true);
});

test("the patch alone keeps payments whole, throws nothing uncaught, and heals", async () => {
  const outcome = await pay({ patch: true, guard: false, rounds: 30 });
  expectWholePayments(outcome);
  expect(outcome.journal.uncaught).toEqual([]);
  expect(outcome.journal.healed).toBe(true);
});

test("the guard alone keeps payments whole", async () => {
  expectWholePayments(await pay({ patch: false, guard: true, rounds: 4 }));
});
