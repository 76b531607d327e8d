import { expect, test, vi } from "vitest";
import { Intent, LIMITS } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import * as errors from "./errors.ts";
import { detailOf } from "./http/index.ts";
import { runOnce } from "./index.ts";

const db = packageUnderTest();

/** As a second install has them (a lockfile with other peers), or this one after a hot reload. */
async function secondCopy(): Promise<typeof errors> {
  vi.resetModules();
  const copy: typeof errors = await import("./errors.ts");
  expect(copy.NotTaken).not.toBe(errors.NotTaken);
  return copy;
}

/** What the retries of one key are told whose provider's adapter throws that, how often it was sent, and its row. */
async function retried(thrown: Error) {
  const intent = new Intent(db.pool);
  let sends = 0;
  const { account, key } = intent;
  const of = { store: db.pool.db, account, key, procedure: "buy", input: {}, namespace: "test" };
  const run = () =>
    runOnce({
      ...of,
      limits: LIMITS,
      handler: async (attempt) => {
        await attempt.step("charge", {
          request: () => ({}),
          send: async () => {
            sends += 1;
            throw thrown;
          },
        });
        return await attempt.commit("sold");
      },
    }).catch((error: errors.IdempotencyError) => error.code);
  const told = [await run(), await run()];
  const [row] = await db.owner`select state, review from idempotency_keys where key = ${key}`;
  return { told, sends, ...row };
}

test("what another copy of the package says nobody may send again is not sent again", async () => {
  const { NeedsReview } = await secondCopy();
  expect(await retried(new NeedsReview("this key had another request"))).toEqual({
    told: ["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"],
    sends: 1,
    state: "needs_review",
    review: "this key had another request",
  });
});

test("what another copy of the package says was surely not taken is released", async () => {
  const { NotTaken } = await secondCopy();
  const told = ["RELEASED", "RELEASED"];
  expect(await retried(new NotTaken("no connection"))).toMatchObject({
    told,
    sends: 2,
    state: "released",
  });
});

test("another copy's refusal is told to the client, with its code", async () => {
  const { IdempotencyError } = await secondCopy();
  expect(detailOf(new IdempotencyError("ORDER_BUSY"))).toMatchObject({ code: "ORDER_BUSY" });
});

test("each kind is its own, in both copies, and a subclass is of its kind alone", async () => {
  const kindsOf = (copy: typeof errors) =>
    [copy.IdempotencyError, copy.NotTaken, copy.NeedsReview, copy.Fenced] as const;
  const copy = await secondCopy();
  const ours = kindsOf(errors);
  for (const [at, Theirs] of kindsOf(copy).entries()) {
    const thrown = new Theirs("VOIDED");
    expect(ours.map((Kind) => thrown instanceof Kind)).toEqual(ours.map((_, of) => of === at));
  }
  class Unreachable extends copy.NotTaken {}
  class Timeout extends errors.NotTaken {}
  expect(new Unreachable()).toBeInstanceOf(errors.NotTaken);
  expect(new Unreachable()).not.toBeInstanceOf(Timeout);
  expect(new errors.NotTaken()).not.toBeInstanceOf(Timeout);
  expect(new Error("NotTaken")).not.toBeInstanceOf(errors.NotTaken);
});
