import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { IdempotencyError, NeedsReview } from "./errors.ts";
import { type Abandoned, resumeAbandoned } from "./resume-abandoned.ts";

// What a worker finds and cannot even claim.
const db = packageUnderTest();

/** One that its holder left so many minutes ago, an hour after it was made. */
async function left(procedure: string, minutesAgo: number): Promise<string> {
  const key = uuidv7();
  await db.owner`
    insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, created_at)
    select 'ann', ${key}, ${procedure}, 'v1:', '{}', false, 'in_progress', 1, over, over - interval '1 hour'
      from (select clock_timestamp() - ${minutesAgo} * interval '1 minute' as over) lease`;
  return key;
}
const stateOf = async (key: string) =>
  (await rowOf(db.owner, { account: "ann", key }))?.state ?? "gone";

function failing(error: unknown) {
  return async () => Promise.reject(error);
}

test("an intent that is an hour old, and that another deploy asks for every few seconds, is not given to a person by one that cannot read it", async () => {
  const key = await left("test.old-and-alive", 0.2);
  const resume = failing(new NeedsReview("this deploy cannot read it"));
  await resumeAbandoned(db.pool.db, resume, { procedures: ["test.old-and-alive"] });
  expect(await stateOf(key)).toBe("in_progress");
});

test("50 intents that cannot even be claimed do not keep the one behind them from its turn", async () => {
  const procedures = ["test.unreadable"];
  for (let at = 0; at < 50; at += 1) await left("test.unreadable", 5);
  const healthy = await left("test.unreadable", 1);
  let reached = 0;
  const resume = async ({ key }: Abandoned) => {
    if (key !== healthy) throw new Error("No operation is called that");
    reached += 1;
  };
  const told: string[] = [];
  const round = await resumeAbandoned(db.pool.db, resume, {
    procedures,
    onError: ({ key }, error) => told.push(`${key} ${String(error)}`),
  });
  expect(reached).toBe(1);
  expect(round).toEqual({ found: 51, failed: 50 });
  expect(told).toHaveLength(50);
  expect(told[0]).toContain("Error: No operation is called that");
});

test("where each is claimed and its provider is down, a round asks 20 times and no more", async () => {
  for (let at = 0; at < 30; at += 1) await left("test.down", 1);
  const resume = async ({ key }: Abandoned) => {
    await db.owner`update idempotency_keys set fence = fence + 1 where key = ${key}`;
    throw new IdempotencyError("OUTCOME_UNKNOWN");
  };
  const round = await resumeAbandoned(db.pool.db, resume, { procedures: ["test.down"] });
  expect(round).toEqual({ found: 20, failed: 20 });
});

test("what cannot be claimed for whatever reason becomes visible, and says a code and no input", async () => {
  const key = await left("test.refused", 11);
  const error = Object.assign(new Error("ann@example.org may not"), { code: "UNAUTHORIZED" });
  await resumeAbandoned(db.pool.db, failing(error), { procedures: ["test.refused"] });
  const [row] = await db.owner`select state, review from idempotency_keys where key = ${key}`;
  expect(row).toEqual({
    state: "needs_review",
    review: "nobody could carry it on within 10 minutes (UNAUTHORIZED)",
  });
});

test.each([
  ["says ask again", new IdempotencyError("STORE_UNAVAILABLE")],
  ["hides that a database was away", wrapped({ code: "ECONNREFUSED" })],
  ["hides that a backend was ended", wrapped({ code: "57P01" })],
  ["hides that the connection was closed", wrapped({ code: "CONNECTION_CLOSED" })],
])(
  "after an hour without workers, an error that %s gives nothing to a person",
  async (_says, error) => {
    const key = await left("test.outage", 60);
    const resume = failing(error);
    const round = await resumeAbandoned(db.pool.db, resume, { procedures: ["test.outage"] });
    expect(round.failed).toBe(round.found);
    expect(await stateOf(key)).toBe("in_progress");
  },
);

/** As tRPC hands on what a procedure throws. */
function wrapped(cause: object): Error {
  return Object.assign(new Error("", { cause: Object.assign(new Error(), cause) }), {
    code: "INTERNAL_SERVER_ERROR",
  });
}

test("given up for good, or taken by another worker meanwhile, is no failure", async () => {
  await left("test.ended", 1);
  const errors: unknown[] = [];
  for (const code of ["VOIDED", "IN_PROGRESS"] as const) {
    const round = await resumeAbandoned(db.pool.db, failing(new IdempotencyError(code)), {
      procedures: ["test.ended"],
      onError: (_, error) => errors.push(error),
    });
    expect([round, errors]).toEqual([{ found: 1, failed: 0 }, []]);
  }
});
