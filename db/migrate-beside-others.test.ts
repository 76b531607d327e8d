import { afterEach, beforeEach, expect, test } from "vitest";
import postgres from "postgres";
import { migrate } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

// A schema that is not ours alone: other teams have functions of their own in it.
let database: TestDatabase;
let owner: postgres.Sql;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = postgres(database.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  await owner`delete from schema_migrations where name = '0015_owner_functions.sql'`;
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

test("somebody's procedure that runs as its owner, in the same schema, keeps no migration from its end", async () => {
  await owner`create procedure their_job() language sql security definer as 'select 1'`;
  await migrate(database);
});

test("somebody's function that runs as its owner is left as it is: only ours are told where to look", async () => {
  await owner.unsafe(`
    create schema theirs;
    create function their_lookup() returns int language sql security definer set search_path = theirs, pg_temp as 'select 1'`);
  await migrate(database);
  const [theirs] =
    await owner`select proconfig::text as settings from pg_proc where oid = 'their_lookup'::regproc`;
  expect(theirs?.["settings"]).toBe('{"search_path=theirs, pg_temp"}');
});

test("a database that was migrated by the former edition of that file is migrated further", async () => {
  const former = "1945bcc61eb195b37416c291faccc72920df0becacfb1686e14c03da655ffaa3";
  await owner`insert into schema_migrations (name, sha256) values ('0015_owner_functions.sql', ${former})`;
  await migrate(database);
});
