import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { delivers, paidUnheard } from "../../test-kit/bank-events.ts";
import { builtProgram } from "../../test-kit/built-program.ts";
import { booksOf, paidOnce } from "../../test-kit/books.ts";
import { inboxOf } from "../../test-kit/inbox.ts";
import { redisAtHand, type RedisServer } from "../../test-kit/redis-server.ts";
import { stackUnderTest } from "../../test-kit/stack.ts";
import { seenInPostgres } from "./seen-in-postgres.ts";
import { seenInRedis } from "./seen-in-redis.ts";
import { SEEN_MS, type SeenStore, takeEventSeenWithTtl } from "./seen-with-ttl.ts";

const stack = stackUnderTest();
// oxlint-disable-next-line node/no-process-env -- where a server of the tester's own is
const atHand = redisAtHand(process.env["REDIS_URL"]);
const ACCOUNT = "twin";
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

let server: RedisServer | undefined;
let redis: Redis | undefined;

beforeAll(async () => {
  // What the event is to bring about, in a table that no memory of events has a hand in.
  await stack.sql`create table effects (event_id text not null)`;
  server = await atHand.start?.();
  if (server) redis = new Redis(server.url);
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

async function effectsOf(eventId: string): Promise<number> {
  const [row] =
    await stack.sql`select count(*)::integer as n from effects where event_id = ${eventId}`;
  return Number(row?.["n"]);
}

const take = (seen: SeenStore, id: string) =>
  takeEventSeenWithTtl(
    seen,
    id,
    async () => void (await stack.sql`insert into effects values (${id})`),
  );

/** Another process takes the event, and is killed before its effect. */
async function diesBeforeItsEffect(kind: "redis" | "postgres", eventId: string): Promise<void> {
  const program = builtProgram("server/lab/twins/seen-then-killed.ts");
  const url = kind === "redis" ? (server?.url ?? "") : stack.database.adminUrl;
  const child = spawn(process.execPath, [...program, kind, url, ACCOUNT, eventId], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
}

const stores = {
  redis: () => seenInRedis(redis ?? missing()),
  postgres: () => seenInPostgres(stack.services.db, ACCOUNT),
};

function missing(): never {
  throw new Error("The tests of Redis run only where there is one");
}

function theTwoWays(kind: "redis" | "postgres") {
  test("a process that is killed after it has marked the event: the repeat is thanked and dropped, its effect never comes", async () => {
    const id = `evt_${kind}_killed`;
    await diesBeforeItsEffect(kind, id);
    expect(await take(stores[kind](), id)).toBe("dropped");
    expect(await effectsOf(id)).toBe(0);
  });

  test("a repeat that comes after the time is over has its effect again", async () => {
    const id = `evt_${kind}_late`;
    expect(await take(stores[kind](), id)).toBe("taken");
    expect(await take(stores[kind](), id)).toBe("dropped");
    await new Promise((resolve) => setTimeout(resolve, SEEN_MS + 200));
    expect(await take(stores[kind](), id)).toBe("taken");
    expect(await effectsOf(id)).toBe(2);
  });
}

describe.skipIf(atHand.start === undefined)(
  `the article's SETNX with a TTL, on Redis (${atHand.what})`,
  () => theTwoWays("redis"),
);

describe("the same with a table of Postgres for its memory", () => theTwoWays("postgres"));

test("the inbox of the shop forgets nothing: a repeat is a repeat however late it comes", async () => {
  const { payment, charged } = await paidUnheard(stack);
  expect(await inboxOf(stack.sql, payment.orderId)).toEqual([]);
  expect(await delivers(stack.services, charged)).toMatchObject({ effect: "settled" });
  await stack.sql`select pg_sleep(${(SEEN_MS + 200) / 1000})`;
  expect(await delivers(stack.services, charged)).toMatchObject({ effect: "repeated" });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});
