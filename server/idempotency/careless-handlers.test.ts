import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Attempt } from "./attempt.ts";
import { type Code, IdempotencyError, NotTaken } from "./errors.ts";
import { recordOnce } from "./record-once.ts";
import { charge, Intent, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";

const db = packageUnderTest();

const said: Code[] = [
  "KEY_REUSED",
  "VOIDED",
  "RELEASED",
  "KEY_EXPIRED",
  "ORDER_PAID",
  "STORE_UNAVAILABLE",
];

describe("what a handler is told about another key is no word about its own", () => {
  test.each(said)(
    "%s after a charge: the outcome is unknown, and the retry books what was charged",
    async (code) => {
      const intent = new Intent(db.pool);
      const handler = async (attempt: Attempt) => {
        await intent.ask(attempt);
        throw new IdempotencyError(code);
      };
      await expect(intent.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
      expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown" });
      await intent.run();
      expect(intent.bank.sends).toEqual([1]);
      expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
    },
  );

  test("a record of its own under a used key, before anything was sent: the key is free, and no client takes it for reused", async () => {
    const { db: store } = db.pool;
    const points = {
      store,
      account: "points",
      key: randomUUID(),
      procedure: "points.add",
      answer: {},
      effects: [],
    };
    await recordOnce({ ...points, input: { points: 1 } });
    const intent = new Intent(db.pool, { marks: "at its step" });
    const handler: typeof charge = async (attempt) => {
      await recordOnce({ ...points, input: { points: 2 } });
      return await charge(attempt, intent);
    };
    await expect(intent.run({ handler })).rejects.toMatchObject({
      code: "RELEASED",
      cause: { code: "KEY_REUSED" },
    });
    await intent.run();
    expect(intent.bank.charges).toHaveLength(1);
  });
});

test("a second send that surely did nothing says nothing of the first, which is still out: nothing is committed over it", async () => {
  const intent = new Intent(db.pool);
  intent.bank.mishaps.push("loses the answer", "refuses");
  intent.bank.lookUp = async () => undefined;
  await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  const handler: typeof charge = async (attempt) => {
    await intent.ask(attempt).catch(() => undefined);
    return await attempt.commit({ reference: "declined" }, { keepsOrder: false });
  };
  await expect(intent.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(intent.bank.sends).toEqual([1, 2]);
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "unknown", answer: null });
});

describe("steps are taken one after another", () => {
  test("two at once, one of which did nothing: the mark of the other stands, and whoever comes next asks what became of it", async () => {
    const intent = new Intent(db.pool, { marks: "at its step" });
    const answers: (() => void)[] = [];
    intent.bank.busy = () => new Promise((answered) => void answers.push(answered));
    const handler: typeof charge = async (attempt) => {
      const charging = intent.ask(attempt);
      await expect.poll(() => intent.bank.sends).toEqual([1]);
      const reserving = attempt.step("reserve", {
        request: () => ({}),
        send: () => Promise.reject(new NotTaken("no connection")),
      });
      await Promise.all([charging, reserving]);
      throw new Error("not reached");
    };
    await expect(intent.run({ handler })).rejects.toMatchObject({
      code: "OUTCOME_UNKNOWN",
      cause: { message: expect.stringMatching(/Step reserve is taken while charge runs/) },
    });
    for (const answered of answers) answered();
    intent.bank.busy = async () => {};
    await expect.poll(() => intent.bank.charges.length).toBe(1);
    await intent.run();
    expect(intent.bank.sends).toEqual([1]);
    expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", effects: 1 });
  });

  test("an answer is not stored beside a step that still runs", async () => {
    const intent = new Intent(db.pool, { marks: "at its step" });
    const handler: typeof charge = async (attempt) => {
      void intent.ask(attempt).catch(() => {});
      return await attempt.commit({ reference: "none" });
    };
    await expect(intent.run({ handler })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/Step charge has not come to its end/) },
    });
    expect(await rowOf(db.owner, intent)).toMatchObject({ answer: null, effects: 0 });
  });

  test("what a handler leaves behind without awaiting it is not sent once the handler has ended", async () => {
    const intent = new Intent(db.pool, { marks: "at its step" });
    const left: Promise<unknown>[] = [];
    const handler: typeof charge = async (attempt) => {
      left.push(intent.ask(attempt).catch((error: unknown) => error));
      throw new TypeError("the handler's own mistake");
    };
    await expect(intent.run({ handler })).rejects.toBeInstanceOf(IdempotencyError);
    await Promise.all(left);
    expect(intent.bank.sends).toEqual([]);
    await pause(intent.limits.leaseMs);
    await intent.run();
    expect(intent.bank.sends).toEqual([2]);
  });
});

describe("a step's result is what is written down of it", () => {
  test("a call that gives nothing is done, and is not made again", async () => {
    const intent = new Intent(db.pool, { marks: "at its step" });
    let mails = 0;
    const handler: typeof charge = async (attempt) => {
      await attempt.step("mail", {
        request: () => undefined,
        async send() {
          mails += 1;
        },
        record: () => [],
      });
      return await charge(attempt, intent);
    };
    intent.bank.mishaps.push("refuses");
    await expect(intent.run({ handler })).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    await intent.run({ handler });
    expect(mails).toBe(1);
    expect(intent.bank.charges).toHaveLength(1);
  });

  test("the first attempt is given what a later one would be: a date is its text in both", async () => {
    const intent = new Intent(db.pool, { marks: "at its step" });
    const given: unknown[] = [];
    const handler: typeof charge = async (attempt) => {
      const { at } = await attempt.step("reserve", {
        request: () => ({}),
        send: async () => ({ at: new Date(0) }),
        record: (result) => {
          given.push(result.at);
          return [];
        },
      });
      given.push(at);
      return await charge(attempt, intent);
    };
    await intent.run({ handler });
    expect(given).toEqual(["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"]);
  });
});

test.each([
  ["an upper-case UUID", (key: string) => key.toUpperCase()],
  ["an event's id", () => "evt_1NG8Du2eZvKYlo2CUI79vXWy"],
])("%s is no key: it is refused before the database is touched", async (_what, keyOf) => {
  const key = keyOf(randomUUID());
  const intent = new Intent(db.pool, { key });
  await expect(intent.run()).rejects.toMatchObject({ code: "KEY_INVALID" });
  const { db: store } = db.pool;
  const record = { store, account: "a", key, procedure: "p", input: {}, answer: {}, effects: [] };
  await expect(recordOnce(record)).rejects.toMatchObject({ code: "KEY_INVALID" });
  expect(intent.bank.sends).toEqual([]);
});
