import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { Intent, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import type { Attempt } from "./attempt.ts";
import { NeedsReview } from "./errors.ts";
import { recordOnce } from "./record-once.ts";
import { resumeAbandoned } from "./resume-abandoned.ts";
import { rowsOf, timeAsText } from "./store.ts";

const db = packageUnderTest();

/** Runs it with a bank that says `said`, and tells the points that it came by. */
async function told(intent: Intent, said: Error): Promise<string[]> {
  const points: string[] = [];
  const handler = (attempt: Attempt) =>
    attempt.step("charge", {
      request: () => ({}),
      send: async () => {
        intent.bank.sends.push(attempt.fence);
        throw said;
      },
    });
  await expect(
    intent.run({ handler, onEvent: async ({ point }) => void points.push(point) }),
  ).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  return points;
}

test.each([
  ["a NUL", "the bank says\0: another request"],
  ["half a character", "the bank says \ud83d: another request"],
  ["ten thousand lines", "the bank says\n".repeat(10_000)],
])(
  "a reason with %s in it stops an intent like any other: nobody sends it again",
  async (_what, reason) => {
    const intent = new Intent(db.pool);
    expect(await told(intent, new NeedsReview(reason))).toContain("needs-review");
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review" });
    await pause(intent.limits.leaseMs + 100);
    await intent.run().catch(() => undefined);
    expect(intent.bank.sends).toEqual([1]);
  },
);

test("a reason that cannot be written is not told as written", async () => {
  const intent = new Intent(db.pool);
  await db.owner`alter table idempotency_keys add constraint nobody_waits check (state <> 'needs_review') not valid`;
  try {
    const points = await told(intent, new NeedsReview("another request"));
    expect(points).not.toContain("needs-review");
    expect(points).toContain("unknown");
  } finally {
    await db.owner`alter table idempotency_keys drop constraint nobody_waits`;
  }
});

test("a row that nobody can carry on is a person's, whatever its error says", async () => {
  const intent = new Intent(db.pool);
  await told(intent, new Error("no answer"));
  await db.owner`update idempotency_keys set lease_until = lease_until - interval '11 minutes' where key = ${intent.key}`;
  await resumeAbandoned(db.pool.db, () => Promise.reject(new NeedsReview("no\0reason")));
  const [row] =
    await db.owner`select state, review from idempotency_keys where key = ${intent.key}`;
  expect(row).toEqual({ state: "needs_review", review: "noreason" });
});

describe("a name that is empty, or that Postgres would not keep as it is, runs nothing", () => {
  test.each([
    ["half a character", "user-\ud800"],
    ["a NUL", "user-\0"],
    ["nothing at all", ""],
    ["more bytes than an index holds", "é".repeat(501)],
  ])("%s", async (_what, account) => {
    const intent = new Intent(db.pool, { account });
    await expect(intent.run()).rejects.toThrow(TypeError);
    expect(intent.bank.sends).toEqual([]);
    const record = { store: db.pool.db, key: uuidv7(), input: {}, answer: {}, effects: [] };
    for (const names of [
      { account, procedure: "test.record" },
      { account: "a", procedure: account },
      { account: "a", procedure: "test.record", orderId: account },
    ])
      await expect(recordOnce({ ...record, ...names })).rejects.toThrow(TypeError);
    expect(await db.owner`select 1 from idempotency_keys where key = ${record.key}`).toEqual([]);
  });
});

test("a time that is read as text is the same time in any session, whatever it calls its zone", async () => {
  for (const [style, zone] of [
    ["SQL, DMY", "Asia/Kolkata"],
    ["German", "Asia/Shanghai"],
    ["Postgres, MDY", "America/St_Johns"],
  ] as const)
    await db.pool.db.transaction(async (tx) => {
      await tx.execute(
        sql`select set_config('DateStyle', ${style}, true), set_config('TimeZone', ${zone}, true)`,
      );
      const time = sql`timestamptz '2026-02-03 04:05:06.789012+00' as at`;
      const [row] = await rowsOf(
        tx,
        sql`select ${timeAsText("at")} as text from (select ${time}) t`,
      );
      expect(row).toEqual({ text: "2026-02-03T04:05:06.789012Z" });
    });
});
