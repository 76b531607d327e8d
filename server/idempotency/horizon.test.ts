import { expect, test } from "vitest";
import type { Attempt } from "./attempt.ts";
import type { Ask, Receipt } from "../test-kit/counting-bank.ts";
import { charge, Intent, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";

const db = packageUnderTest();
const HOUR_MS = 3_600_000;
/** As the shop has it: below the 24 h for which its provider remembers keys. */
const limits = { recoverWithinMs: 20 * HOUR_MS };

/** An intent whose call was sent, whose answer was lost, and which nobody has looked at for so many hours. */
async function unknownFor(hours: number, charged: boolean): Promise<Intent> {
  const intent = new Intent(db.pool, { limits });
  intent.bank.mishaps.push("loses the answer");
  await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  if (!charged) intent.bank.charges.length = 0;
  await db.owner`update idempotency_keys
      set created_at = created_at - ${`${hours} hours`}::interval, updated_at = updated_at - ${`${hours} hours`}::interval
    where key = ${intent.key}`;
  return intent;
}

test.each([0, 19, 21, 1_000])(
  "a charge that the bank finds by its reference is booked, %i hours later too, and sent by nobody again",
  async (hours) => {
    const intent = await unknownFor(hours, true);
    expect(await intent.run()).toMatchObject({ attempt: 2 });
    expect(intent.bank.sends).toEqual([1]);
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
  },
);

test("within the horizon what is not found is sent again, with the same derived key", async () => {
  const intent = await unknownFor(19, false);
  expect(await intent.run()).toMatchObject({ attempt: 2 });
  expect(intent.bank.sends).toEqual([1, 2]);
  expect(intent.bank.charges).toHaveLength(1);
});

test.each([20, 21, 1_000])(
  "%i hours after its claim what is not found is sent by nobody: it waits for a person, with the reason, and blocks its order",
  async (hours) => {
    const intent = await unknownFor(hours, false);
    await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(intent.bank.sends).toEqual([1]);
    const [row] =
      await db.owner`select state, holds, review from idempotency_keys where key = ${intent.key}`;
    expect(row).toMatchObject({ state: "needs_review", holds: true });
    expect(row?.["review"]).toMatch(
      /step charge: sent, and its outcome was not found within the recovery horizon/,
    );

    const another = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
    await expect(another.run()).rejects.toMatchObject({ code: "ORDER_BUSY" });
    await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  },
);

test("what was never sent may be sent at any age", async () => {
  const intent = new Intent(db.pool, { limits });
  intent.bank.mishaps.push("refuses");
  await expect(intent.run()).rejects.toMatchObject({ code: "RELEASED" });
  await db.owner`update idempotency_keys set created_at = created_at - interval '30 hours' where key = ${intent.key}`;
  expect(await intent.run()).toMatchObject({ attempt: 2 });
  expect(intent.bank.charges).toHaveLength(1);
});

test.each([
  ["its answer fits no schema any more", {}],
  ["its step has another name", { step: "settle" }],
])(
  "what was taken and cannot be ended because %s is tried until the horizon, and then waits for a person instead of being tried for ever",
  async (_why, { step }: { step?: string }) => {
    const handler: typeof charge = async (attempt, { bank }) => {
      if (step !== undefined)
        return await attempt.commit({ reference: String(attempt.frozen(step)) });
      const receipt = await attempt.step<Ask, Receipt>("charge", {
        request: () => attempt.frozen("charge"),
        send: (request, providerKey) => bank.send(attempt.fence, request, providerKey),
        lookUp: (_request, providerKey) => bank.lookUp(providerKey),
      });
      throw new TypeError(`No schema takes ${receipt.reference}`);
    };
    const early = await unknownFor(19, true);
    await expect(early.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await rowOf(db.owner, early)).toMatchObject({ state: "unknown" });

    const late = await unknownFor(21, true);
    await expect(late.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await rowOf(db.owner, late)).toMatchObject({ state: "needs_review", effects: 0 });
    expect(late.bank.sends).toEqual([1]);
  },
);

test("a look-up that fails beyond the horizon is asked again, and what it finds at last is booked", async () => {
  const intent = await unknownFor(1_000, true);
  let away = true;
  const handler: typeof charge = async (attempt, { bank }) => {
    const receipt = await attempt.step<Ask, Receipt>("charge", {
      request: () => attempt.frozen("charge"),
      send: (request, providerKey) => bank.send(attempt.fence, request, providerKey),
      async lookUp(_request, providerKey) {
        if (away) throw new Error("fetch failed");
        return await bank.lookUp(providerKey);
      },
    });
    return await attempt.commit(receipt);
  };
  await expect(intent.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown" });
  away = false;
  expect(await intent.run({ handler })).toMatchObject({ attempt: 3 });
  expect(intent.bank.sends).toEqual([1]);
});

const failing = (error: Error) => async (attempt: Attempt, intent: Intent) => {
  await intent.ask(attempt);
  throw error;
};

test.each([
  ["a framework's", Object.assign(new Error("Input validation failed"), { code: "BAD_REQUEST" })],
  ["Node's", Object.assign(new TypeError("path"), { code: "ERR_INVALID_ARG_TYPE" })],
  ["Postgres's, of a table that is gone", Object.assign(new Error("sales"), { code: "42P01" })],
])(
  "an error of the handler's own is one whatever its code: %s, beyond the horizon, waits for a person",
  async (_whose, error) => {
    const intent = await unknownFor(21, true);
    const run = intent.run({ handler: failing(error) });
    await expect(run).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review", effects: 0 });
  },
);

test.each(["ECONNRESET", "57P01", "CONNECTION_CLOSED"])(
  "what the way to Postgres failed at may pass, also under a framework's error: %s is tried again beyond the horizon",
  async (code) => {
    const intent = await unknownFor(21, true);
    const cause = Object.assign(new Error("gone"), { code });
    const error = Object.assign(new Error("gone", { cause }), { code: "INTERNAL_SERVER_ERROR" });
    const run = intent.run({ handler: failing(error) });
    await expect(run).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown" });
    await intent.run();
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
    expect(intent.bank.sends).toEqual([1]);
  },
);
