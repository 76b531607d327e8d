import { type SQL, sql } from "drizzle-orm";
import { PgDialect, pgTable, uuid } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { branchesOf, numbered, render, withEffects } from "./render.ts";

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

const HEAD = "with done as (insert into notes select $1, $2, $1 returning key)";

test.each(Object.entries(STATEMENTS))(
  "effects stand behind a head that numbers its own parameters: %s",
  (_of, make) => {
    const effects = [sql`insert into log values (${"first"})`, make()];
    const byDrizzle = sql`${numbered(HEAD, ["a", "b"])}${branchesOf(effects)} select key from done`;
    const expected = asSent(byDrizzle);
    const sent = asSent(withEffects(HEAD, ["a", "b"], effects, " select key from done"));
    // The head's $1 is one parameter where Drizzle sends it twice.
    expect(valuesIn(sent)).toEqual(valuesIn(expected));
    expect(sent.text.replaceAll(/\$\d+/g, "$")).toBe(expected.text.replaceAll(/\$\d+/g, "$"));
  },
);

/** The values in the order in which the text asks for them. */
function valuesIn({ text, params }: { text: string; params: unknown[] }) {
  return [...text.matchAll(/\$(\d+)/g)].map(([, at]) => params[Number(at) - 1]);
}
