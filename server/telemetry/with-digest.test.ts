import { inspect } from "node:util";
import { TRPCError } from "@trpc/server";
import { v7 as uuidv7 } from "uuid";
import { afterEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { readDigest } from "../../app/frame/read-digest.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { callerFor } from "../trpc/caller-for.ts";
import { withDigest } from "./with-digest.ts";

const stack = stackUnderTest();
afterEach(() => vi.unstubAllEnvs());

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

test("a page whose database is away logs no value and no statement", async () => {
  const { services, environment } = stack;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const [account, orderId] = [uuidv7(), uuidv7()];
  const away = openDatabase({
    url: "postgres://app:canary@127.0.0.1:1/payonce",
    max: 1,
    timings: services.timings,
    applicationName: "away",
  });
  const read = callerFor({ ...services, aside: away }, account).orders.get({ orderId });
  const error: unknown = await withDigest(read).catch((thrown: unknown) => thrown);
  await away.close();
  expect(readDigest(error as Error).code).toBe("STORE_UNAVAILABLE");
  // All that Next could print of it.
  const printed = inspect(error, { depth: 20, showHidden: true });
  expect(printed).toContain("STORE_UNAVAILABLE (ECONNREFUSED)");
  for (const secret of [account, orderId, "canary", "select", "Failed query"])
    expect(printed).not.toContain(secret);
});

test("the digests of others stay what they are", () => {
  const next = Object.assign(new Error("x"), { digest: "1187654321" });
  expect(readDigest(next)).toMatchObject({ code: "1187654321", traceId: undefined });
  expect(readDigest(new TypeError("x"))).toMatchObject({ code: "TypeError", traceId: undefined });
});
