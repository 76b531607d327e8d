import { TRPCError } from "@trpc/server";
import { expect, test } from "vitest";
import { readDigest } from "../../app/frame/read-digest.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { withDigest } from "./with-digest.ts";

const stack = stackUnderTest();

async function digestOf(read: Promise<unknown>) {
  const error: unknown = await withDigest(read).catch((thrown: unknown) => thrown);
  return readDigest(error as Error & { digest?: string });
}

test("an error of a page's read names its code and a trace id, another one each time", async () => {
  const read = () => Promise.reject(new TRPCError({ code: "INTERNAL_SERVER_ERROR" }));
  const [first, second] = [await digestOf(read()), await digestOf(read())];
  expect(first).toMatchObject({ code: "INTERNAL_SERVER_ERROR", away: undefined });
  expect(first.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(second.traceId).not.toBe(first.traceId);
});

test("a statement that Postgres refuses is no Postgres that is away", async () => {
  const broken = stack.services.db.execute("select no_such_column");
  expect((await digestOf(broken)).code).toBe("INTERNAL");
});

test("the digests of others stay what they are", () => {
  const next = Object.assign(new Error("x"), { digest: "1187654321" });
  expect(readDigest(next)).toMatchObject({ code: "1187654321", traceId: undefined });
  expect(readDigest(new TypeError("x"))).toMatchObject({ code: "TypeError", traceId: undefined });
});
