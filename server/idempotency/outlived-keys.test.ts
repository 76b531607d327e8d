import { v4 as uuidv4, v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { Intent, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { forget, reap } from "./reap.ts";

const db = packageUnderTest();
const DAY_MS = 24 * 3_600_000;

const bornDaysAgo = (days: number) => uuidv7({ msecs: Date.now() - days * DAY_MS });

test("a version 7 key of more than 430 days without a record is refused by its birth: nothing runs, no row is made", async () => {
  const intent = new Intent(db.pool, { key: bornDaysAgo(431) });
  await expect(intent.run()).rejects.toMatchObject({ code: "KEY_EXPIRED" });
  expect(await rowOf(db.owner, intent)).toBeUndefined();
  expect(intent.bank.sends).toEqual([]);
});

test.each([
  ["a day old", bornDaysAgo(1)],
  ["429 days old", bornDaysAgo(429)],
  ["born a year from now, by a wrong clock", bornDaysAgo(-365)],
  ["of version 4", uuidv4()],
])("a new key that is %s runs", async (_age, key) => {
  expect(await new Intent(db.pool, { key }).run()).toMatchObject({ replayed: false });
});

test("a key that is older than that and has its record gets its answer, as long as there is one", async () => {
  const intent = new Intent(db.pool);
  const { text } = await intent.run();
  const older = bornDaysAgo(500);
  await db.owner`delete from idempotency_steps`;
  await db.owner`update idempotency_keys set key = ${older} where key = ${intent.key}`;
  const { account, orderId } = intent;
  const sameYearsLater = new Intent(db.pool, { account, orderId, key: older });
  expect(await sameYearsLater.run()).toEqual({ text, replayed: true, attempt: 1 });
  await db.owner`update idempotency_keys set updated_at = updated_at - interval '73 hours' where key = ${older}`;
  expect(await reap(db.pool.db)).toBe(1);
  await expect(sameYearsLater.run()).rejects.toMatchObject({ code: "KEY_EXPIRED" });
});

test("a tombstone goes after 400 days only where its key's birth refuses it and it holds no order; each stays refused", async () => {
  const make = async (keepsOrder: boolean, key: string, days: number) => {
    const intent = new Intent(db.pool);
    await intent.run({
      handler: async (attempt, its) => attempt.commit(await its.ask(attempt), { keepsOrder }),
    });
    await db.owner`delete from idempotency_steps`;
    await db.owner`update idempotency_keys set state = 'expired', answer = null, key = ${key},
        updated_at = clock_timestamp() - ${`${days} days`}::interval where key = ${intent.key}`;
    const { account, orderId } = intent;
    return new Intent(db.pool, { account, orderId, key });
  };
  const goes = await make(false, bornDaysAgo(450), 401);
  const stays = [
    await make(true, bornDaysAgo(450), 401),
    await make(false, bornDaysAgo(450), 399),
    await make(false, bornDaysAgo(420), 401),
    await make(false, uuidv4(), 10_000),
  ];
  expect(await forget(db.pool.db)).toBe(1);
  expect(await forget(db.pool.db)).toBe(0);
  expect(await rowOf(db.owner, goes)).toBeUndefined();
  for (const intent of stays) expect(await rowOf(db.owner, intent)).toBeDefined();
  for (const intent of [goes, ...stays]) {
    await expect(intent.run()).rejects.toMatchObject({ code: "KEY_EXPIRED" });
    expect(intent.bank.sends).toEqual([]);
  }
});
