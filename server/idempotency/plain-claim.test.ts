import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { runOnce, type Store } from "./index.ts";
import { forgetRecent } from "./recent-keys.ts";

const db = packageUnderTest();

test("where nothing is admitted, of 20 at once over two instances one runs, and a process that never met the key gives its answer without a trace", async () => {
  const key = uuidv7();
  let runs = 0;
  const ask = (store: Store, input = {}) =>
    runOnce({
      store,
      account: "buyer",
      key,
      procedure: "test.rows",
      input,
      namespace: "test",
      limits: { leaseMs: 5_000, waitMs: 4_000, recoverWithinMs: 0 },
      async handler(attempt) {
        runs += 1;
        return await attempt.transact({ run: runs }, async (tx) => {
          await tx.execute(
            sql`insert into effects values ('buyer', ${key}, 'none', ${attempt.fence})`,
          );
        });
      },
    });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => ask((at % 2 ? db.pool : db.another).db)),
  );
  expect(runs).toBe(1);
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['{"run":1}']));
  const trace = async () =>
    (
      await db.owner`select ctid::text, xmin::text, xmax::text,
        (select count(*)::integer from effects where key = ${key}) as effects
          from idempotency_keys where key = ${key}`
    )[0];
  const before = await trace();
  expect(before).toMatchObject({ effects: 1 });
  forgetRecent();
  expect(await ask(db.pool.db)).toMatchObject({ text: '{"run":1}', replayed: true });
  forgetRecent();
  await expect(ask(db.pool.db, { another: "request" })).rejects.toMatchObject({
    code: "KEY_REUSED",
  });
  expect(await trace()).toEqual(before);
});
