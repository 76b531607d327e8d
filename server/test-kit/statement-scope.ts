import type postgres from "postgres";
import { z } from "zod";

/** A statement as the driver was given it. */
export interface Sent {
  query: string;
  params: unknown[];
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string | undefined;
  Alias?: string | undefined;
  Plans?: Node[] | undefined;
  [condition: string]: unknown;
}
const node: z.ZodType<Node> = z.looseObject({
  "Node Type": z.string(),
  "Relation Name": z.string().optional(),
  Alias: z.string().optional(),
  get Plans() {
    return z.array(node).optional();
  },
});
const explained = z.tuple([
  z.looseObject({ "QUERY PLAN": z.tuple([z.looseObject({ Plan: node })]) }),
]);

/** Tables whose rows belong to accounts: those that say so. A new one is among them by itself. */
export async function tablesOfAccounts(owner: postgres.Sql): Promise<Set<string>> {
  const rows = await owner<{ name: string }[]>`
    select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'account'`;
  return new Set(rows.map(({ name }) => name));
}

/**
 * What a statement reads without asking whose it is, by Postgres' own plan of it: each scan of such a table must have
 * the account among its conditions, or in the join that it feeds. Empty is what one wants to see.
 */
export async function readsOfAnybody(
  owner: postgres.Sql,
  tables: ReadonlySet<string>,
  { query, params }: Sent,
): Promise<string[]> {
  const parameters = params.map((value) => (value === null ? null : String(value)));
  const [{ "QUERY PLAN": plan }] = explained.parse(
    await owner.unsafe(`explain (format json, verbose false) ${query}`, parameters),
  );
  return unscoped(plan[0].Plan, tables, []);
}

function unscoped(at: Node, tables: ReadonlySet<string>, joins: string[]): string[] {
  const conditions = Object.entries(at)
    .filter(([name]) => /(Cond|Filter)$/.test(name))
    .map(([, condition]) => String(condition));
  const table = at["Relation Name"];
  const scans = table !== undefined && tables.has(table) && at["Node Type"] !== "ModifyTable";
  // A branch of a union is called *SELECT* 1.
  const alias = (at.Alias ?? table ?? "").replace(/[^\w]/g, "\\$&");
  const own = conditions.some((condition) => /\baccount = /.test(condition));
  const joined = joins.some((join) => new RegExp(`\\b${alias}\\.account\\b`).test(join));
  const open =
    scans && !own && !joined ? [`${at["Node Type"]} on ${table} ${alias}: ${conditions}`] : [];
  const children = at.Plans ?? [];
  return [
    ...open,
    ...children.flatMap((child) => unscoped(child, tables, [...joins, ...conditions])),
  ];
}
