import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { emptyDatabase } from "./package/empty-database.ts";
import { packIdempotency } from "./package/pack-idempotency.ts";
import { readRecipe, StrangerApp } from "./package/stranger-app.ts";

// The shorter recipes, in the app of the long one: what each shows is compiled and run against the contract.
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const recipes = join(root, "docs/recipes");
const recipe = (name: string) => readRecipe(join(recipes, `${name}.md`)).files;

/** The contract over a function from a call to an answer; `serve` is the text of that function's body. */
const contractOf = (imports: string, body: string) => `
import { count, eq } from "drizzle-orm";
import { type ContractCall, describeIdempotency, tellVerdict } from "payonce-idempotency/contract";
import { client, db, sales } from "./db.ts";
${imports}
const inputs = {
  first: { item: "tea", amount: 999 },
  other: { item: "mug", amount: 2400 },
  invalid: { item: "tea", amount: -1 },
};
async function call({ account, key, input }: ContractCall): Promise<{ status: number; body: string }> {
  ${body}
}
const verdict = await describeIdempotency({
  call,
  // The answer is made and nobody hears it.
  loseAnswer: async (lost) => void (await call(lost)),
  accounts: ["ann", "bob"],
  refusesInvalid: true,
  async sideEffects(account) {
    const [row] = await db.select({ n: count() }).from(sales).where(eq(sales.account, account));
    return row?.n ?? 0;
  },
});
console.log(tellVerdict(verdict));
await client.end();
`;

const ROUTE = contractOf(
  `import { POST } from "./route.ts";`,
  `const headers = { "x-user": account, ...(key !== undefined && { "idempotency-key": key }) };
  const request = { method: "POST", headers, body: JSON.stringify(inputs[input]) };
  const response = await POST(new Request("http://shop.test/sales", request));
  return { status: response.status, body: await response.text() };`,
);
const ACTION = contractOf(
  `import { CODES } from "payonce-idempotency";
import { buy } from "./action.ts";
import { as } from "./session.ts";`,
  `const told = await as(account, () => buy(key as string, inputs[input]));
  const status = "answer" in told ? 200 : "invalid" in told ? 400 : CODES[told.refusal.code].http;
  return { status, body: JSON.stringify(told) };`,
);
/** Stands for cookies(): whoever the request is from. */
const SESSION = `
import { AsyncLocalStorage } from "node:async_hooks";
const current = new AsyncLocalStorage<string>();
export const as = <T>(account: string, work: () => Promise<T>) => current.run(account, work);
export const currentAccount = async () => current.getStore() ?? "";
`;

const app = new StrangerApp(root);
const shelf = mkdtempSync(join(tmpdir(), "payonce-tarball-"));
const database = emptyDatabase(inject("testTemplate").adminUrl);
const env = { DATABASE_URL: database.url };

beforeAll(async () => {
  await database.create();
  const tarball = await packIdempotency(root, shelf);
  app.write("db.ts", recipe("lift-the-wrapper").get("db.ts") ?? "");
  app.write("route.ts", recipe("rest-route").get("route.ts") ?? "");
  app.write("action.ts", recipe("server-action").get("action.ts") ?? "");
  app.write("retention.ts", recipe("retention").get("retention.ts") ?? "");
  app.write("session.ts", SESSION);
  app.write("contract-route.ts", ROUTE);
  app.write("contract-action.ts", ACTION);
  await app.install(tarball, ["drizzle-orm", "postgres", "zod", "@types/node"]);
  await database.run(recipe("lift-the-wrapper").get("schema.sql") ?? "");
  await database.run(app.read("node_modules/payonce-idempotency/migration.sql"));
}, 60_000);
afterAll(async () => {
  app.remove();
  rmSync(shelf, { recursive: true, force: true });
  await database.drop();
});

test("a REST route, a server action and retention compile without tRPC in the house", async () => {
  await app.compile();
});

test.each(["contract-route.ts", "contract-action.ts"])("%s: the contract holds", async (file) => {
  const { output } = await app.start(file, env);
  expect(output).toContain("idempotent: 9 hold, 0 broken, 0 skipped");
});

test("retention ends an answer whose window is over, and no other", async () => {
  const told = async () => (await app.start("retention.ts", env)).output;
  expect(await told()).toContain("ended 0, forgotten 0");
  await database.run(`
    alter table idempotency_keys disable trigger user;
    update idempotency_keys set updated_at = clock_timestamp() - interval '80 hours'
     where ctid = (select ctid from idempotency_keys where state = 'completed' and procedure = 'POST /sales' limit 1);
    update idempotency_keys set updated_at = clock_timestamp() - interval '80 hours'
     where ctid = (select ctid from idempotency_keys where state = 'completed' and procedure = 'buy' limit 1);
    alter table idempotency_keys enable trigger user;`);
  expect(await told()).toContain("ended 1, forgotten 0");
});

test("every link of the recipes leads somewhere", () => {
  const names = new Set(readdirSync(recipes));
  for (const name of names) {
    const text = readFileSync(join(recipes, name), "utf8");
    for (const [, target] of text.matchAll(/\]\(([\w-]+\.md)\)/g))
      expect([...names]).toContain(target);
    for (const [, path] of text.matchAll(/`((?:server|db|scripts|docs)\/[\w./-]+\.(?:ts|md))`/g))
      expect([path, readFileSync(join(root, path ?? ""), "utf8").length > 0]).toEqual([path, true]);
  }
});
