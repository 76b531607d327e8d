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

/** Stands for Stripe: gives each call the answer that its amount asks for, in Stripe's shapes. */
const STRIPE = `
const error = (status: number, type: string, more: object = {}) => ({ status, body: { error: { type, message: "no", ...more } } });
const intent = (status: string) => ({ status: 200, body: { id: "pi_1", object: "payment_intent", status, latest_charge: "ch_1" } });
export const ANSWERS = {
  "succeeded": intent("succeeded"),
  "requires_action": intent("requires_action"),
  "processing": intent("processing"),
  "requires_capture": intent("requires_capture"),
  "402 authentication_required": error(402, "card_error", { code: "authentication_required" }),
  "400 of a wrong parameter": error(400, "invalid_request_error"),
  "400 of another request": error(400, "idempotency_error"),
  "401": error(401, "invalid_request_error"),
  "403": error(403, "invalid_request_error"),
  "429": error(429, "invalid_request_error"),
  "409": error(409, "idempotency_error"),
  "500": error(500, "api_error"),
} as const;
let next: { status: number; body: object } | undefined;
export const willAnswer = (name: keyof typeof ANSWERS) => (next = ANSWERS[name]);
globalThis.fetch = async (url) => {
  const list = { object: "list", data: [], has_more: false, url: "/v1/charges" };
  const { status, body } = String(url).includes("/charges") ? { status: 200, body: list } : next ?? { status: 500, body: {} };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
};
process.env["STRIPE_SECRET_KEY"] = "sk_test_stranger";
`;
/** What is written down after each of them. */
const CHARGES = `
import { ANSWERS, willAnswer } from "./stripe.ts";
import { randomUUID } from "node:crypto";
import { runOnce } from "payonce-idempotency";
import { type Charge, charge } from "./charge.ts";
import { client, db, sales } from "./db.ts";
const limits = { leaseMs: 10_000, waitMs: 0, recoverWithinMs: 1_000_000 };
for (const name of Object.keys(ANSWERS) as (keyof typeof ANSWERS)[]) {
  willAnswer(name);
  const key = randomUUID();
  const toPay = { account: name, amount: 999, paymentMethod: "pm_card_visa" };
  const told = await runOnce({
    store: db, account: name, key, procedure: "pay", input: { amount: 999 }, namespace: "shop", limits,
    handler: async (attempt) => {
      const charged = await charge(attempt, toPay);
      const sale = db.insert(sales).values({ id: key, account: name, item: "tea", amount: 999 });
      return charged.status === "paid"
        ? attempt.commit<Charge>(charged, { effects: [sale] })
        : attempt.commit<Charge>(charged, { keepsOrder: false });
    },
  }).then(({ text }) => text, (error) => error.code);
  console.log("stripe", name, "->", told);
}
await client.end();
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
  app.write("on-event.ts", recipe("monitoring").get("on-event.ts") ?? "");
  app.write("charge.ts", recipe("real-stripe").get("charge.ts") ?? "");
  app.write("stripe.ts", STRIPE);
  app.write("charges.ts", CHARGES);
  app.write("contract-route.ts", ROUTE);
  app.write("contract-action.ts", ACTION);
  await app.install(tarball, ["drizzle-orm", "postgres", "zod", "stripe", "@types/node"]);
  await database.run(recipe("lift-the-wrapper").get("schema.sql") ?? "");
  await database.run(app.read("node_modules/payonce-idempotency/migration.sql"));
}, 60_000);
afterAll(async () => {
  app.remove();
  rmSync(shelf, { recursive: true, force: true });
  await database.drop();
});

test("a REST route, a server action, a charge at Stripe and retention compile without tRPC in the house", async () => {
  await app.compile();
});

test.each(["contract-route.ts", "contract-action.ts"])("%s: the contract holds", async (file) => {
  const { output } = await app.start(file, env);
  expect(output).toContain("idempotent: 9 hold, 0 broken, 2 skipped");
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

test("of all that Stripe may say to a charge, a payment that was made is booked and nothing else", async () => {
  const { output } = await app.start("charges.ts", env);
  const told = Object.fromEntries(
    [...output.matchAll(/^stripe (.+) -> (.+)$/gm)].map(([, name, what]) => [name, what]),
  );
  const states = await database.run(
    "select account, state from idempotency_keys where procedure = 'pay'",
  );
  const stateOf = Object.fromEntries(states.map(({ account, state }) => [account, state]));
  const both = (name: string) => [told[name], stateOf[name]];
  const paid = (
    await database.run(
      "select account from sales where item = 'tea' and id in (select key from idempotency_keys where procedure = 'pay')",
    )
  ).map(({ account }) => account);
  expect(paid).toEqual(["succeeded"]);
  const answer = (name: string) => [JSON.parse(told[name] ?? ""), stateOf[name]];
  expect(answer("succeeded")).toEqual([{ status: "paid", reference: "ch_1" }, "completed"]);
  expect(answer("402 authentication_required")).toEqual([
    { status: "declined", code: "authentication_required" },
    "completed",
  ]);
  for (const refused of ["400 of a wrong parameter", "401", "403", "429"])
    expect([refused, ...both(refused)]).toEqual([refused, "RELEASED", "released"]);
  for (const unclear of ["requires_action", "processing", "requires_capture", "409", "500"])
    expect([unclear, ...both(unclear)]).toEqual([unclear, "OUTCOME_UNKNOWN", "unknown"]);
  expect(both("400 of another request")).toEqual(["OUTCOME_UNKNOWN", "needs_review"]);
});

test("the gauges tell how long the oldest has been nobody's, and how many wait for a person", async () => {
  const gauges = async () => {
    const [row] = await database.run(recipe("monitoring").get("gauges.sql") ?? "");
    return { ...row };
  };
  const before = await gauges();
  await database.run(`
    insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, review)
    select 'dan', gen_random_uuid(), 'old.name', 'v1:', '{}', false, state, 1, clock_timestamp() - interval '1 hour', null
      from unnest(array['in_progress', 'needs_review']) state`);
  const after = await gauges();
  expect(after["oldest_s"]).toBeGreaterThan(3_599);
  for (const gauge of ["unfinished", "in_review"])
    expect(Number(after[gauge]) - Number(before[gauge])).toBe(1);
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
