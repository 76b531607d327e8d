import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { expect, test } from "vitest";
import { resumeAbandoned } from "../server/idempotency/index.ts";
import { charge, Intent, pause, rowOf, writtenOf } from "../server/test-kit/intent.ts";
import { packageUnderTest } from "../server/test-kit/package-under-test.ts";
import { readRecipe } from "./package/stranger-app.ts";

// The statements of docs/recipes/needs-review.md, as they stand there.
const { files } = readRecipe(
  join(fileURLToPath(new URL("..", import.meta.url)), "docs/recipes/needs-review.md"),
);
const db = packageUnderTest();
const ANSWER = '{ "reference": "found by hand",  "z":1, "a":2 }';

/** Runs it as psql does, with its variables. Gives the rows that its last statements gave or wrote. */
async function decide(name: string, { account, key }: Intent, answer = ANSWER): Promise<number> {
  const variables: Record<string, string> = { account, key, answer };
  const text = (files.get(name) ?? "").replace(
    /:'(\w+)'/g,
    (_, variable: string) => `'${variables[variable]?.replaceAll("'", "''")}'`,
  );
  // A connection of its own, as a person's is: what fails half-way ends with it.
  const psql = postgres(db.database.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    const results: unknown = await psql.unsafe(text).simple();
    const all = Array.isArray(results) && "count" in results ? [results] : results;
    return Math.max(...(all as { count: number | null }[]).map(({ count }) => count ?? 0));
  } finally {
    await psql.end();
  }
}

/** An intent whose bank says that it knows the key with another request. */
async function reviewed(handler = charge): Promise<Intent> {
  const intent = new Intent(db.pool);
  intent.bank.mishaps.push("sees another request");
  await expect(intent.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review", openSends: [1] });
  return intent;
}

test("what waits is listed with all that a person has to know", async () => {
  const { key } = await reviewed();
  const rows = await db.owner.unsafe(files.get("look.sql") ?? "");
  expect(rows.find((row) => row["key"] === key)).toMatchObject({
    step: "charge",
    open_sends: "{1}",
    provider_key: expect.stringMatching(/^.{43}$/),
    review: expect.stringContaining("another request"),
  });
});

test("taken: its rows are there, and everybody is given the decided bytes", async () => {
  const intent = await reviewed();
  await expect(decide("taken.sql", intent, "paid")).rejects.toMatchObject({ code: "22P02" });
  expect(await decide("taken.sql", intent)).toBe(1);
  expect(await intent.run()).toEqual({ text: ANSWER, replayed: true, attempt: 2 });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
  expect(intent.bank.sends).toEqual([1]);

  const another = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
  await expect(another.run()).rejects.toMatchObject({ code: "ORDER_PAID" });
});

test("declined: everybody is given the decided bytes, no effect is there, and the order is free for another intent", async () => {
  const intent = await reviewed();
  expect(await decide("declined.sql", intent)).toBe(1);
  expect(await intent.run()).toEqual({ text: ANSWER, replayed: true, attempt: 2 });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 0 });
  const another = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
  expect(await another.run()).toMatchObject({ replayed: false });
});

test("not taken: the key is given up for good, no send is open, and the order is free", async () => {
  const intent = await reviewed();
  expect(await decide("not-taken.sql", intent)).toBe(1);
  await expect(intent.run()).rejects.toMatchObject({ code: "VOIDED" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "voided", openSends: [] });
  const another = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
  expect(await another.run()).toMatchObject({ replayed: false });
});

test("what has a step with a result is not given up: that was taken", async () => {
  const refusedRows: typeof charge = async (attempt, its) => {
    const receipt = await its.ask(attempt);
    const row = sql`insert into effects (account, key, fence) select account, key, fence from done`;
    return await attempt.commit(receipt, { effects: [row] });
  };
  const intent = new Intent(db.pool);
  await intent.run({ handler: refusedRows }).catch(() => undefined);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review" });
  const written = await writtenOf(db.owner, intent);
  expect(await decide("not-taken.sql", intent)).toBe(0);
  expect(await writtenOf(db.owner, intent)).toBe(written);
});

test("again: a worker finds it, asks, and finishes it", async () => {
  const intent = await reviewed();
  expect(await decide("again.sql", intent)).toBe(1);
  const resume = async ({ key }: { key: string }) =>
    key === intent.key ? await intent.run() : undefined;
  await expect
    .poll(
      async () => {
        await resumeAbandoned(db.pool.db, resume);
        return (await rowOf(db.owner, intent))?.state;
      },
      { timeout: 8_000 },
    )
    .toBe("completed");
  expect(intent.bank.charges).toHaveLength(1);
});

test.each(["taken.sql", "declined.sql", "not-taken.sql"])(
  "%s: of two people one decides",
  async (name) => {
    const intent = await reviewed();
    const counts = await Promise.all([decide(name, intent), decide(name, intent)]);
    expect(counts.sort()).toEqual([0, 1]);
    const written = await writtenOf(db.owner, intent);
    for (const later of ["taken.sql", "declined.sql", "not-taken.sql", "again.sql"])
      expect(await decide(later, intent)).toBe(0);
    expect(await writtenOf(db.owner, intent)).toBe(written);
  },
);

test.each([
  ["taken.sql", "the decided answer", { text: ANSWER }],
  ["declined.sql", "the decided answer", { text: ANSWER }],
  ["not-taken.sql", "VOIDED", { code: "VOIDED" }],
  ["again.sql", "the answer of who asked again", { replayed: true }],
] as const)(
  "%s: an attempt that stalled before its commit writes nothing, and is told %s",
  async (name, _told, expected) => {
    const intent = new Intent(db.pool);
    let letGo = () => {};
    const gone = new Promise<void>((resolve) => (letGo = resolve));
    let stalled = false;
    const late = intent
      .run({
        onEvent: async ({ point }) => {
          if (point !== "before-commit" || stalled) return;
          stalled = true;
          await gone;
        },
      })
      .catch((error: unknown) => error);
    await expect.poll(() => stalled).toBe(true);
    await pause(450);
    // Its look-up has the bank say so, behind the lease.
    await db.owner`update idempotency_keys set state = 'needs_review', review = 'a test' where key = ${intent.key}`;
    expect(await decide(name, intent)).toBe(1);
    if (name === "again.sql") await intent.run();
    const written = await writtenOf(db.owner, intent);
    letGo();
    expect(await late).toMatchObject(expected);
    expect(await writtenOf(db.owner, intent)).toBe(written);
  },
);
