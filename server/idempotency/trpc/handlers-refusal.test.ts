import { createTRPCClient, httpLink } from "@trpc/client";
import { initTRPC, TRPCError } from "@trpc/server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type DoorContext, serveRouter, type ServedRouter } from "../../test-kit/door-over-http.ts";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { makeKey, retryLink } from "../client/index.ts";
import { type Attempt, IdempotencyError, NotTaken } from "../index.ts";
import { createIdempotency, idempotencyErrors } from "./index.ts";

const db = packageUnderTest();
let app: ServedRouter;
/** What the handler does before it commits. */
let before: (attempt: Attempt) => unknown;
beforeEach(() => (before = () => {}));

const t = initTRPC.context<DoorContext>().create({ errorFormatter: idempotencyErrors });
const door = createIdempotency(t.procedure, (ctx) => ({
  store: db.pool.db,
  account: ctx.account,
  namespace: "test",
  http: ctx,
}));
const router = t.router({
  buy: door.procedure
    .input(z.object({ item: z.string() }))
    .mutation(async ({ attempt, input: { item } }) => {
      await before(attempt);
      return await attempt.commit({ item });
    }),
});
beforeAll(async () => {
  app = await serveRouter(router);
});
afterAll(() => app.close());

async function buys(idempotencyKey: string) {
  const response = await fetch(`${app.url}/buy`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-account": "ann" },
    body: JSON.stringify({ item: "tea", idempotencyKey }),
  });
  const { error } = await response.json();
  return { status: response.status, headers: response.headers, error };
}

async function stateOf(key: string) {
  const [row] = await db.owner`select state from idempotency_keys where key = ${key}`;
  return row?.["state"];
}

type Code = TRPCError["code"];
const throwing = (code: Code, cause?: unknown) => () => {
  throw new TRPCError({ code, message: "no such order", cause });
};

test.each<[Code, number]>([
  ["NOT_FOUND", 404],
  ["FORBIDDEN", 403],
  ["BAD_REQUEST", 400],
  ["UNAUTHORIZED", 401],
  ["PAYLOAD_TOO_LARGE", 413],
])(
  "a handler's own %s is what its client is told, and its key runs again",
  async (code, status) => {
    const key = makeKey();
    before = throwing(code);
    for (const attempt of ["1", "2"]) {
      const refused = await buys(key);
      expect(refused).toMatchObject({
        status,
        error: { message: "no such order", data: { code } },
      });
      expect(refused.error.data.idempotency).toBeUndefined();
      const told = ["idempotency-key", "idempotency-attempt", "retry-after"];
      expect(told.map((name) => refused.headers.get(name))).toEqual([key, attempt, null]);
      expect(await stateOf(key)).toBe("released");
    }
    before = () => {};
    expect(await buys(key)).toMatchObject({ status: 200 });
  },
);

test("a client that retries sends what its handler refuses once", async () => {
  let runs = 0;
  before = () => {
    runs += 1;
    throwing("NOT_FOUND")();
  };
  const headers = { "x-account": "ann" };
  const api = createTRPCClient<typeof router>({
    links: [retryLink(), httpLink({ url: app.url, headers })],
  });
  const sent = api.buy.mutate({ item: "tea", idempotencyKey: makeKey() });
  await expect(sent).rejects.toThrow("no such order");
  expect(runs).toBe(1);
});

test.each<[string, () => void]>([
  ["a conflict, which clients take for a word about the key", throwing("CONFLICT")],
  ["a precondition, as much", throwing("PRECONDITION_FAILED")],
  ["what cannot be processed, as much", throwing("UNPROCESSABLE_CONTENT")],
  ["too many requests, which pass", throwing("TOO_MANY_REQUESTS")],
  ["a time-out, which passes", throwing("TIMEOUT")],
  ["an error of the server's", throwing("INTERNAL_SERVER_ERROR")],
  ["what another key was told", throwing("NOT_FOUND", new IdempotencyError("KEY_REUSED"))],
  [
    "the same, further in",
    throwing("FORBIDDEN", new Error("points", { cause: new IdempotencyError("VOIDED") })),
  ],
])("%s stays a released key that is asked for again", async (_, refuses) => {
  before = refuses;
  const { status, headers, error } = await buys(makeKey());
  expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
  expect(error.data).toMatchObject({ idempotency: { code: "RELEASED", retryable: true } });
});

const charge = (send: () => Promise<object>) => async (attempt: Attempt) => {
  await attempt.step("charge", { request: () => ({}), send });
  throwing("NOT_FOUND")();
};

test("where something was taken no refusal hides it: the outcome is unknown", async () => {
  const key = makeKey();
  before = charge(async () => ({}));
  const { status, error } = await buys(key);
  expect(status).toBe(503);
  expect(error.data).toMatchObject({ idempotency: { code: "OUTCOME_UNKNOWN" } });
});

test("what a step says of itself is no refusal of the handler's", async () => {
  before = charge(async () => {
    throw new NotTaken("no connection", { cause: new TRPCError({ code: "NOT_FOUND" }) });
  });
  expect((await buys(makeKey())).error.data).toMatchObject({ idempotency: { code: "RELEASED" } });
});
