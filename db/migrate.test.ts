import { afterAll, beforeAll, expect, test } from "vitest";
import postgres from "postgres";
import { migrate } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

let databases: TestDatabase[];

beforeAll(async () => {
  databases = [];
  for (let made = 0; made < 3; made += 1) databases.push(await createTestDatabase());
});
afterAll(() => Promise.all(databases.map(({ drop }) => drop())));

test("migrations side by side, two in each of three databases of one server, all come to their end: their roles are the same", async () => {
  for (let round = 0; round < 4; round += 1) {
    const both = [...databases, ...databases].map((database) => migrate(database));
    expect(await Promise.allSettled(both)).toEqual(
      both.map(() => ({ status: "fulfilled", value: undefined })),
    );
  }
});

test("what runs as the owner looks into nobody's temporary tables: the application's role gets no code of its own run as the owner", async () => {
  const [{ appUrl, adminUrl }] = databases as [TestDatabase];
  const app = postgres(appUrl, { max: 1, onnotice: () => {} });
  await app.unsafe(`
    create temporary table idempotency_keys (like public.idempotency_keys);
    create temporary table idempotency_steps (like public.idempotency_steps);
    create function pg_temp.strike() returns trigger language plpgsql as $$
      begin perform set_config('strike.by', current_user, false); return new; end $$;
    create trigger strike before update on pg_temp.idempotency_keys for each row execute function pg_temp.strike();
    insert into pg_temp.idempotency_keys
      values ('a', gen_random_uuid(), 'p', 'f', '{}', null, false, 'completed', 1, now(), '{}', null, now(), now() - interval '9 days')`);
  const [reaped] = await app`select reaped from public.idempotency_reap('p', 1, 10, '-infinity')`;
  const [struck] = await app`select current_setting('strike.by', true) as by`;
  expect([reaped?.["reaped"], struck?.["by"]]).toEqual([0, null]);
  await app.end();

  const owner = postgres(adminUrl, { max: 1 });
  const looking = await owner`
    select oid::regprocedure::text as function from pg_proc
     where prosecdef and pronamespace = 'public'::regnamespace and not coalesce('search_path=public, pg_temp' = any(proconfig), false)`;
  const [all] =
    await owner`select count(*)::integer as n from pg_proc where prosecdef and pronamespace = 'public'::regnamespace`;
  await owner.end();
  expect(looking).toEqual([]);
  expect(all?.["n"]).toBeGreaterThanOrEqual(7);
});
