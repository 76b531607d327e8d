import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

let database: TestDatabase;
let owner: postgres.Sql;
/** As long-lived as a dump: it reads what it names until it is let go. */
let reader: postgres.Sql;
let app: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  const open = (url: string, name: string) =>
    postgres(url, {
      max: 1,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: name, lock_timeout: 1_000 },
    });
  owner = open(database.adminUrl, "owner");
  reader = open(database.adminUrl, "dump");
  app = open(database.appUrl, "app");
});
afterEach(() => Promise.all([owner, reader, app].map((sql) => sql.end({ timeout: 1 }))));

async function reads(tables: string): Promise<void> {
  await reader.unsafe(`begin; lock table ${tables} in access share mode`);
}

/** What every payment's commit does last. */
const enqueues = () => app`select graphile_worker.add_job('none-of-ours')`;

/** One that takes a table of every payment for itself. */
const PENDING = "0014_cheaper_rows.sql";
const becomesPending = () => owner`delete from schema_migrations where name = ${PENDING}`;
const isApplied = async () =>
  (await owner`select 1 from schema_migrations where name = ${PENDING}`).length === 1;

test("a migration that finds everything in its place takes the queue from nobody: beside a dump it comes to its end", async () => {
  await reads(
    "graphile_worker._private_jobs, graphile_worker._private_job_queues, graphile_worker._private_tasks",
  );
  const lines: string[] = [];
  await migrate(database, { say: (line) => lines.push(line), triesMax: 1 });
  await enqueues();
  expect(lines).toEqual([]);
});

test("a policy of the queue that somebody has changed or dropped is made again", async () => {
  await owner.unsafe(`
    alter policy runner on graphile_worker._private_jobs using (false);
    drop policy runner on graphile_worker._private_tasks`);
  await migrate(database);
  const policies = await owner`
    select tablename::text as table, qual, with_check from pg_policies
     where policyname = 'runner' and roles = '{payonce_app}' and tablename in ('_private_jobs', '_private_tasks') order by 1`;
  expect(policies.map((row) => ({ ...row }))).toEqual([
    { table: "_private_jobs", qual: "true", with_check: "true" },
    { table: "_private_tasks", qual: "true", with_check: "true" },
  ]);
  await enqueues();
});

test("a migration that has to wait for a reader lets everybody pass meanwhile, says for whom it waits, and ends once he has", async () => {
  await becomesPending();
  await reads("idempotency_keys");
  const lines: string[] = [];
  const migrating = migrate(database, { say: (line) => lines.push(line), pauseMs: 200 });
  while (lines.length < 2) {
    // As patient as a payment: whoever waits behind a migration is not refused.
    await app`update idempotency_keys set updated_at = updated_at where false`;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await reader`commit`;
  await migrating;
  expect(lines[0]).toMatch(/^Migration 0014_cheaper_rows.sql waits for process \d+ \(dump as /);
  expect(await isApplied()).toBe(true);
});

test("a migration whose reader does not end is given up: it says who holds on, and that nothing was done", async () => {
  await becomesPending();
  await reads("idempotency_keys");
  await expect(migrate(database, { triesMax: 2, pauseMs: 50 })).rejects.toThrow(
    /0014_cheaper_rows.sql was given up after 2 tries, and nothing of it was done: .* \(dump as .*\n.*What to do/,
  );
  expect(await isApplied()).toBe(false);
  await reader`rollback`;
  await migrate(database);
  expect(await isApplied()).toBe(true);
});
