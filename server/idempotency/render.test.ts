import { type SQL, sql } from "drizzle-orm";
import { boolean, PgDialect, pgTable, uuid } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import { expect, test } from "vitest";
import { composed, render } from "./render.ts";

const dialect = new PgDialect();
const asSent = (statement: SQL) => {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { text, params };
};
const rows = pgTable("rows", { id: uuid().primaryKey() });
const fenced = sql`account = ${"a"} and fence = ${3}`;

/** What statements are made of: text, values, null, nested statements, raw text, lists, and what only Drizzle can render. */
const STATEMENTS: Record<string, () => SQL> = {
  "text alone": () => sql`select 1`,
  values: () => sql`select ${"a"}, ${2}, ${null}, ${1n}`,
  "a statement in a statement": () => sql`select 1 where ${fenced} and ${fenced} or x = ${"b"}`,
  "raw text between values": () => sql`select ${1} ${sql.raw("as one")}, ${2}`,
  "a list": () => sql.join([sql`${1}`, sql`${2}`, sql`now()`], sql`, `),
  "an empty one": () => sql`${sql``}select ${1}`,
  "a table and a column": () => sql`select ${rows.id} from ${rows} where ${rows.id} = ${"x"}`,
  "an array": () => sql`select ${[1, 2]}`,
  "nothing at all": () => sql`select 1 ${undefined}`,
  "inline values": () => sql`select ${sql`${1}`.inlineParams()}`,
  "a statement with an alias": () => sql`select ${sql`${1}`.as("one")}`,
};

test.each(Object.entries(STATEMENTS))(
  "what is sent is what Drizzle would have sent: %s",
  (_of, make) => {
    expect(asSent(render(make()))).toEqual(asSent(make()));
  },
);

test("true and false stand in the text: as parameters the driver as published sends true as false the second time", () => {
  expect(asSent(render(sql`select ${true}, ${1}, ${false}`))).toEqual({
    text: "select true, $1, false",
    params: [1],
  });
});

test("others' statements stand between the pieces of ours, numbered behind its parameters, and a truth of theirs travels as text", () => {
  const flags = pgTable("flags", { id: uuid().notNull(), paid: boolean().notNull() });
  const insert = drizzle.mock().insert(flags).values({ id: "x", paid: true });
  const own = sql`update flags set paid = ${false} where id = ${"y"}`;
  const statement = composed(
    ["a", 2],
    "with one as (select $1, $2, $1), b as (",
    own,
    "), c as (",
    insert,
    ") select 1",
  );
  expect(asSent(statement)).toEqual({
    text:
      "with one as (select $1, $2, $1), b as (update flags set paid = false where id = $3), " +
      'c as (insert into "flags" ("id", "paid") values ($4, $5::text::boolean)) select 1',
    params: ["a", 2, "y", "x", "true"],
  });
});

test("a statement that is put together when it is sent stands in no other, where Drizzle would read nothing", () => {
  expect(() => render(sql`select 1 where exists (${composed([], "select 1")})`)).toThrow(
    "stands alone",
  );
});
