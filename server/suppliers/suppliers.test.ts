import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../db/test-database.ts";
import { builtProgram } from "../test-kit/built-program.ts";
import { type RunningSuppliers, startSuppliers } from "./suppliers.ts";

let suppliers: RunningSuppliers;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.adminUrl, { max: 2, fetch_types: false, onnotice: () => {} });
  const options = { databaseUrl: database.suppliersUrl, host: "127.0.0.1", port: 0, faults: true };
  suppliers = await startSuppliers(options);
});
afterAll(async () => {
  await suppliers?.close();
  await sql?.end({ timeout: 1 });
  await database?.drop();
});

const goods = (account: string, quantity = 2) => ({
  account,
  orderId: `order-of-${account}`,
  reference: `ref-${account}`,
  items: [{ sku: "tea", quantity }],
});

async function ask(
  desk: string,
  body: unknown,
  { key, fault }: { key?: string; fault?: string } = {},
) {
  const response = await fetch(`${suppliers.url}/v1/${desk}`, {
    method: "POST",
    headers: {
      ...(key && { "idempotency-key": key }),
      ...(fault && { "x-supplier-fault": fault }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, replayed: response.headers.get("idempotent-replayed") };
}

const journalOf = async (account: string) =>
  JSON.parse(await (await fetch(`${suppliers.url}/v1/journal?account=${account}`)).text());
const shelfOf = async (account: string) =>
  (await sql`select left_on from suppliers.shelves where account = ${account}`)[0]?.["left_on"];

test("a key is one reservation and one answer, to the byte, ten times at once", async () => {
  const account = randomUUID();
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => ask("reservations", goods(account), { key })),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
  expect(await journalOf(account)).toHaveLength(1);
  expect(await shelfOf(account)).toBe(998);
});

test("without a key each request is another reservation: nobody outside can tell a retry from a wish", async () => {
  const account = randomUUID();
  for (let times = 0; times < 3; times += 1) await ask("reservations", goods(account));
  expect(await journalOf(account)).toHaveLength(3);
});

test("the same key with another request is refused and does nothing", async () => {
  const account = randomUUID();
  const key = randomUUID();
  await ask("reservations", goods(account), { key });
  expect((await ask("reservations", goods(account, 3), { key })).status).toBe(409);
  expect(await shelfOf(account)).toBe(998);
});

test("a shelf is emptied and never below: what is short is said, remembered under its key, and takes nothing", async () => {
  const account = randomUUID();
  const key = randomUUID();
  await ask("reservations", goods(account, 999), {});
  const short = await ask("reservations", goods(account), { key });
  expect(JSON.parse(short.text)).toEqual({ status: "out_of_stock", sku: "tea" });
  await ask("releases", goods(account, 999));
  expect((await ask("reservations", goods(account), { key })).text).toBe(short.text);
  expect(await shelfOf(account)).toBe(1_000);
});

test.each(["error-after", "reset-after"])(
  "%s: it is done, and the same key is told so",
  async (fault) => {
    const account = randomUUID();
    const key = randomUUID();
    const lost = await ask("bookings", booking(account), { key, fault }).catch(() => ({
      status: 0,
    }));
    expect(lost.status).not.toBe(200);
    expect(await journalOf(account)).toMatchObject([{ kind: "courier.booked" }]);
    expect((await ask("bookings", booking(account), { key })).replayed).toBe("true");
    expect(await journalOf(account)).toHaveLength(1);
  },
);

function booking(account: string) {
  return { account, orderId: "o", reference: "r", service: "express" };
}

test("error-before does nothing, and a word that is no fault is refused", async () => {
  const account = randomUUID();
  expect((await ask("bookings", booking(account), { fault: "error-before" })).status).toBe(500);
  expect((await ask("bookings", booking(account), { fault: "explode" })).status).toBe(400);
  expect(await journalOf(account)).toEqual([]);
});

test.each([
  ["reservations", { account: "a" }],
  ["bookings", { ...booking("a"), service: "by pigeon" }],
  ["mails", "not even an object"],
])("%s: a request that makes no sense is 400 and leaves no row", async (desk, body) => {
  const [before] = await sql`select (select count(*) from suppliers.answers) as rows`;
  expect((await ask(desk, body, { key: randomUUID() })).status).toBe(400);
  expect((await sql`select (select count(*) from suppliers.answers) as rows`)[0]).toEqual(before);
});

test("the journal takes rows and gives none away", async () => {
  await ask("bookings", booking(randomUUID()));
  await expect(sql`delete from suppliers.journal`).rejects.toMatchObject({ code: "42501" });
  await expect(sql`update suppliers.journal set kind = 'mail.accepted'`).rejects.toMatchObject({
    code: "42501",
  });
});

test("its role reaches nothing of the shop's or the bank's, and without a database of its own the program says so", async () => {
  const own = postgres(database.suppliersUrl, { max: 1, fetch_types: false });
  await expect(own`select 1 from orders`).rejects.toMatchObject({ code: "42501" });
  await expect(own`create table bank.mine (a int)`).rejects.toMatchObject({ code: "42501" });
  await own.end();
  const child = spawn(process.execPath, builtProgram("server/suppliers/main.ts"), {
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "test" },
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(1);
  expect(said).toContain("SUPPLIERS_DATABASE_URL is not set");
});
