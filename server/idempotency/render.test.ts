import { type SQL, sql } from "drizzle-orm";
import { PgDialect, pgTable, uuid } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { render } from "./render.ts";

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
