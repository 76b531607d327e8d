import { initTRPC } from "@trpc/server";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type DoorContext, serveRouter, type ServedRouter } from "../../test-kit/door-over-http.ts";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { makeKey } from "../client/make-key.ts";
import { createIdempotency, idempotencyErrors } from "./index.ts";

// The door as a stranger's app has it: tRPC's own HTTP server, without this shop's edge in front.
const db = packageUnderTest();
let app: ServedRouter;
let runs = 0;

beforeAll(async () => {
  const t = initTRPC.context<DoorContext>().create({ errorFormatter: idempotencyErrors });
  const settings = (ctx: DoorContext) => ({
    store: db.pool.db,
    account: ctx.account,
    namespace: "test",
  });
  const door = createIdempotency(t.procedure, (ctx) => ({ ...settings(ctx), http: ctx }));
  const hurried = createIdempotency(t.procedure, (ctx) => ({
    ...settings(ctx),
    http: ctx,
    deadlineMs: 400,
  }));
  const blind = createIdempotency(t.procedure, settings);
  const input = z.object({ item: z.string() });
  app = await serveRouter(
    t.router({
      buy: door.procedure.input(input).mutation(async ({ attempt, input: { item } }) => {
        runs += 1;
        return await attempt.commit({ item });
      }),
      blind: blind.procedure.input(input).mutation(async ({ attempt, input: { item } }) => {
        runs += 1;
        return await attempt.commit({ item });
      }),
      misfit: door.procedure
        .input(input)
        .output(z.object({ item: z.string().max(3) }))
        .mutation(async ({ attempt, input: { item } }) => {
          runs += 1;
          return await attempt.commit({ item });
        }),
      slow: hurried.procedure.input(input).mutation(async ({ attempt, input: { item } }) => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 700));
        return await attempt.commit({ item });
      }),
    }),
  );
});
afterAll(() => app.close());

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const json = { "content-type": "application/json", "x-account": "ann", ...headers };
  return fetch(`${app.url}/${path}`, { method: "POST", headers: json, body: JSON.stringify(body) });
}
async function keysStored(): Promise<number> {
  const [row] = await db.owner`select count(*)::integer as count from idempotency_keys`;
  return Number(row?.["count"]);
}

test("a batch is refused as a whole, runs nothing and says why", async () => {
  const before = [await keysStored(), runs];
  const call = () => ({ item: "tea", idempotencyKey: makeKey() });
  const response = await post("buy,buy?batch=1", { 0: call(), 1: call() });
  const replies = (await response.json()) as { error: { message: string; data: object } }[];
  expect(replies).toHaveLength(2);
  for (const { error } of replies) {
    expect(error.message).toContain("one request, one key");
    expect(error.data).toMatchObject({ httpStatus: 400, idempotency: { code: "KEY_INVALID" } });
  }
  expect([await keysStored(), runs]).toEqual(before);
});

test("a door that was not shown the request still refuses all of a batch but its first call", async () => {
  const call = () => ({ item: "tea", idempotencyKey: makeKey() });
  const response = await post("blind,blind?batch=1", { 0: call(), 1: call() });
  const [first, second] = (await response.json()) as { error?: { data: object } }[];
  expect(first?.error).toBeUndefined();
  expect(second?.error?.data).toMatchObject({ idempotency: { code: "KEY_INVALID" } });
});

test("a form and a file are refused with 415: to a fingerprint they would all be the same", async () => {
  const before = [await keysStored(), runs];
  const form = new FormData();
  form.set("item", "tea");
  form.set("idempotencyKey", makeKey());
  const headers = { "x-account": "ann" };
  const asForm = await fetch(`${app.url}/buy`, { method: "POST", headers, body: form });
  const asFile = await fetch(`${app.url}/buy`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/octet-stream" },
    body: new Uint8Array([1, 2, 3]),
  });
  expect([asForm.status, asFile.status]).toEqual([415, 415]);
  expect(await asForm.text()).toContain("Send application/json");
  expect([await keysStored(), runs]).toEqual(before);
});

test("the answer's headers name the key and the attempt, and tell a replay", async () => {
  const body = { item: "tea", idempotencyKey: makeKey() };
  const quoted = { "idempotency-key": `"${body.idempotencyKey.toUpperCase()}"` };
  const [first, second] = [await post("buy", body, quoted), await post("buy", body)];
  const told = (headers: Headers) =>
    ["idempotency-key", "idempotency-attempt", "idempotent-replayed"].map((h) => headers.get(h));
  expect(told(first.headers)).toEqual([body.idempotencyKey, "1", "false"]);
  expect(told(second.headers)).toEqual([body.idempotencyKey, "1", "true"]);
  expect(await second.text()).toBe(await first.text());
});

test("a header with another key, or with two, is refused", async () => {
  const body = { item: "tea", idempotencyKey: makeKey() };
  for (const header of [makeKey(), `${body.idempotencyKey}, ${body.idempotencyKey}`, ""]) {
    const response = await post("buy", body, { "idempotency-key": header });
    expect([header, response.status]).toEqual([header, 400]);
  }
});

test("an answer that does not fit its schema is never stored, and the key is not used up", async () => {
  const body = { item: "kettle", idempotencyKey: makeKey() };
  const response = await post("misfit", body);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('"RELEASED"');
  const [row] =
    await db.owner`select state, answer from idempotency_keys where key = ${body.idempotencyKey}`;
  expect(row).toEqual({ state: "released", answer: null });
});

test("behind the deadline the handler runs on: the client is told unknown, and then the answer", async () => {
  const body = { item: "tea", idempotencyKey: makeKey() };
  const first = await post("slow", body);
  expect(first.status).toBe(503);
  expect(first.headers.get("retry-after")).toBe("1");
  expect(await first.text()).toContain('"OUTCOME_UNKNOWN"');
  await expect.poll(async () => (await post("slow", body)).status, { timeout: 5_000 }).toBe(200);
});

test("what the input's schema refuses stays a plain 400 and leaves no row", async () => {
  const body = { item: 7, idempotencyKey: makeKey() };
  const response = await post("buy", body);
  expect(response.status).toBe(400);
  expect(JSON.parse(await response.text()).error.data.idempotency).toBeUndefined();
  const rows = await db.pool.db.execute(
    sql`select 1 from idempotency_keys where key = ${body.idempotencyKey}`,
  );
  expect(rows).toHaveLength(0);
});
