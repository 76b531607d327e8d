import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { initTRPC } from "@trpc/server";
import { expect, test } from "vitest";
import { z } from "zod";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { makeKey } from "../client/make-key.ts";
import { createIdempotency, type Http } from "./index.ts";

const db = packageUnderTest();

const t = initTRPC.context<Http>().create();
const door = createIdempotency(t.procedure, (ctx) => ({
  store: db.pool.db,
  account: "ann",
  namespace: "test",
  http: ctx,
}));
const router = t.router({
  buy: door.procedure
    .input(z.object({ item: z.string() }))
    .mutation(({ attempt, input: { item } }) => attempt.commit({ item })),
});
const refuse = () => {
  throw new Error("ERR_HTTP_HEADERS_SENT");
};
/** As an adapter calls it whose context has this answer. */
const over = (answer: Pick<Http, "res" | "resHeaders">) =>
  t.createCallerFactory(router)({ req: { headers: {} }, ...answer });

function underWay(): ServerResponse {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  return res.writeHead(200);
}

test.each<[string, Pick<Http, "res" | "resHeaders">]>([
  ["a WebSocket", { res: new EventTarget() }],
  ["an answer that is under way", { res: underWay() }],
  ["an answer that throws", { res: { setHeader: refuse } }],
  ["headers that are frozen", { resHeaders: Response.error().headers }],
])("over %s what is committed or refused is told as it is, at every replay", async (_, answer) => {
  const api = over(answer);
  const sale = { item: "tea", idempotencyKey: makeKey() };
  for (let time = 1; time <= 3; time += 1) expect(await api.buy(sale)).toEqual({ item: "tea" });
  await expect(api.buy({ ...sale, item: "mug" })).rejects.toMatchObject({
    code: "UNPROCESSABLE_CONTENT",
  });
});

test("a Fastify reply is given the headers by the method that it has", async () => {
  const headers = new Map<string, string>();
  const reply = {
    sent: false,
    header: (name: string, value: string) => headers.set(name, value),
  };
  const idempotencyKey = makeKey();
  await over({ res: reply }).buy({ item: "tea", idempotencyKey });
  expect(Object.fromEntries(headers)).toEqual({
    "Idempotency-Key": idempotencyKey,
    "Idempotency-Attempt": "1",
    "Idempotent-Replayed": "false",
  });
});
