import { initTRPC } from "@trpc/server";
import { expect, test } from "vitest";
import { z } from "zod";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { makeKey } from "../client/make-key.ts";
import { createIdempotency, type Operation, type Parser, type StandardSchema } from "./index.ts";

const db = packageUnderTest();

const t = initTRPC.create();
const door = createIdempotency(t.procedure, () => ({
  store: db.pool.db,
  account: "ann",
  namespace: "test",
}));

/** `serve` asks less of the types, so that what they refuse is met at run time. */
function served(input: Parser): (input: object) => Promise<unknown> {
  const operation: Operation<object> = {
    procedure: "buy",
    input,
    handler: (attempt) => attempt.commit({ ok: true }),
  };
  const router = t.router({ buy: door.serve(operation, () => ({})) });
  const { buy } = t.createCallerFactory(router)({});
  return (given) => buy(given as Parameters<typeof buy>[0]);
}

test.each<[string, z.ZodType]>([
  ["refuses what it gave", z.object({ amount: z.string().transform(Number) })],
  ["reads it as yet another", z.object({ amount: z.string().transform((text) => `${text}!`) })],
])(
  "under a schema that %s, another request under a key is told so, and the same is not",
  async (_, schema) => {
    const buy = served(schema);
    const idempotencyKey = makeKey();
    expect(await buy({ amount: "1", idempotencyKey })).toEqual({ ok: true });
    await expect(buy({ amount: "2", idempotencyKey })).rejects.toMatchObject({
      code: "UNPROCESSABLE_CONTENT",
      cause: { code: "KEY_REUSED" },
    });
    expect(await buy({ amount: "1", idempotencyKey })).toEqual({ ok: true });
  },
);

/** As valibot's and arktype's: no `parse`, and issues with a path. */
const ISSUES = [{ message: "Expected a text", path: [{ key: "address" }, { key: "zip" }] }];
const standard = (validate: StandardSchema["~standard"]["validate"]): StandardSchema => ({
  "~standard": { version: 1, vendor: "test", validate },
});

test("what a Standard Schema finds wrong is told with its issues, as tRPC tells it", async () => {
  const buy = served(standard(() => ({ issues: ISSUES })));
  await expect(buy({ idempotencyKey: makeKey() })).rejects.toMatchObject({
    code: "BAD_REQUEST",
    message: "Expected a text",
    cause: { name: "SchemaError", issues: ISSUES },
  });
});

test.each<[string, Parser]>([
  ["zod", z.object({ item: z.string().refine(async () => true) })],
  ["a Standard Schema", standard(async (value) => ({ value }))],
  ["a function", async (value: unknown) => value],
  ["a function that rejects", () => Promise.reject(new Error("no"))],
])("%s that is not synchronous is refused with a sentence that says so", async (_, schema) => {
  const buy = served(schema);
  await expect(buy({ item: "tea", idempotencyKey: makeKey() })).rejects.toThrow(
    "A schema of the door must be synchronous",
  );
});
