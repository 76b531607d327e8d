import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { Intent, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { withExecute } from "../test-kit/with-execute.ts";
import { isRefusedForGood } from "./classify.ts";
import { classify, recordOnce } from "./index.ts";
import { forgetRecent } from "./recent-keys.ts";

const db = packageUnderTest();

/** Each refuses its rows in its own way, and will refuse them the next time, too. */
beforeAll(async () => {
  await db.owner.unsafe(`
    create table of_trigger (note text);
    create function no_such_row() returns trigger language plpgsql as
      $$ begin raise exception 'no such colour'; end $$;
    create trigger no_such_row before insert on of_trigger for each row execute function no_such_row();

    create table of_assert (note text);
    create function asserted() returns trigger language plpgsql as
      $$ begin assert new.note is null, 'a note'; return new; end $$;
    create trigger asserted before insert on of_assert for each row execute function asserted();

    create table behind_view (note text);
    create view of_view as select note from behind_view where note is null with check option;

    create table of_rule (note text);
    create rule also as on insert to of_rule do also delete from behind_view;

    create table of_index (note text);
    create index on of_index (note);

    grant select, insert, delete on of_trigger, of_assert, of_view, of_rule, of_index, behind_view to payonce_app`);
});

const saleOf = (key: string) => ({
  store: db.pool.db,
  account: "seller",
  key,
  procedure: "sell",
  input: {},
  answer: { sold: true },
});

/** Random, since Postgres compresses what it puts into an index. */
const note = randomBytes(6_000).toString("base64");

describe.each([
  ["a trigger that raises", "of_trigger", "P0001"],
  ["a trigger that asserts", "of_assert", "P0004"],
  ["a view with a check option", "of_view", "44000"],
  ["a table with rules", "of_rule", "0A000"],
  ["an index whose rows have an end", "of_index", "54000"],
])("%s", (_what, table, code) => {
  const effects = [sql`insert into ${sql.raw(table)} select ${note} from done`];

  test("where nothing was taken it is released, not unknown, and no row of it is there", async () => {
    const key = uuidv7();
    const recorded = recordOnce({ ...saleOf(key), effects });
    await expect(recorded).rejects.toMatchObject({
      code: "RELEASED",
      cause: { cause: expect.objectContaining({ code }) },
    });
    expect([...(await db.owner`select 1 from idempotency_keys where key = ${key}`)]).toEqual([]);
  });

  test("where something was taken it waits for a person at once, who is told the code", async () => {
    const intent = new Intent(db.pool);
    const run = intent.run({
      handler: async (attempt) => attempt.commit(await intent.ask(attempt), { effects }),
    });
    await expect(run).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review", effects: 0 });
    const [row] = await db.owner`select review from idempotency_keys where key = ${intent.key}`;
    expect(row?.["review"]).toContain(code);
    expect(intent.bank.charges).toHaveLength(1);
  });
});

test("what is refused only for now (57014) is tried again, and written once it is not", async () => {
  await db.owner.unsafe(`
    create function not_now() returns trigger language plpgsql as
      $$ begin raise exception 'closed on Sundays' using errcode = '57014'; end $$;
    create table of_sunday (note text);
    create trigger not_now before insert on of_sunday for each row execute function not_now();
    grant insert on of_sunday to payonce_app`);
  const effects = [sql`insert into of_sunday select 'a sale' from done`];
  const recorded = recordOnce({ ...saleOf(uuidv7()), effects });
  await expect(recorded).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  const intent = new Intent(db.pool);
  const run = () =>
    intent.run({
      handler: async (attempt) => attempt.commit(await intent.ask(attempt), { effects }),
    });
  await expect(run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown" });
  await db.owner.unsafe("drop trigger not_now on of_sunday");
  expect(await run()).toMatchObject({ replayed: false, attempt: 2 });
  expect(intent.bank.charges).toHaveLength(1);
  expect([...(await db.owner`select note from of_sunday`)]).toEqual([{ note: "a sale" }]);
});

test.each([
  ["a rule", "create rule also as on insert to changes do also delete from behind_view"],
  [
    "a trigger of the whole statement",
    "create trigger no_such_row before insert on changes for each statement execute function no_such_row()",
  ],
])(
  "a key that is recorded is told its answer, not that it is free, although %s of a later deploy refuses its statement",
  async (_what, deploy) => {
    await db.owner.unsafe(
      "drop table if exists changes; create table changes (note text); grant insert on changes to payonce_app",
    );
    const key = uuidv7();
    const sale = saleOf(key);
    const effects = [sql`insert into changes select ${"a sale"} from done`];
    expect(await recordOnce({ ...sale, effects })).toMatchObject({ replayed: false });
    await db.owner.unsafe(deploy);
    forgetRecent();
    expect(await recordOnce({ ...sale, effects })).toMatchObject({
      replayed: true,
      text: '{"sold":true}',
    });
  },
);

test("where it cannot be read whether a refused key is recorded, only unknown is true", async () => {
  const key = uuidv7();
  const away = Object.assign(new Error("away"), { code: "ECONNRESET" });
  const unread = withExecute(db.pool.db, "select procedure, fingerprint", () =>
    Promise.reject(away),
  );
  const effects = [sql`insert into of_trigger select ${note} from done`];
  const recorded = recordOnce({ ...saleOf(key), store: unread, effects });
  await expect(recorded).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
});

test("a prepared statement whose result a migration has changed is no refusal: the next time it is prepared anew", async () => {
  await db.owner.unsafe("create table grows (note text)");
  // postgres.js sends it again by itself; node-postgres tells its caller.
  const client = new pg.Client({ connectionString: db.database.adminUrl });
  await client.connect();
  const read = () => client.query({ name: "read", text: "select * from grows" });
  await read();
  await db.owner.unsafe("alter table grows add column size integer");
  const error = await read().then(undefined, (thrown: unknown) => thrown);
  await client.end();
  expect(error).toMatchObject({ code: "0A000" });
  expect(classify(error)).toBe("not-done");
  expect(isRefusedForGood(error)).toBe(false);
});
