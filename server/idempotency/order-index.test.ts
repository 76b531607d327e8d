import { expect, test } from "vitest";
import { CountingBank } from "../test-kit/counting-bank.ts";
import { Intent, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { IdempotencyError } from "./errors.ts";

const db = packageUnderTest();

test("of 30 duplicates at once none is told that another intent has its order, 36 times over", async () => {
  const met = new Map<string, number>();
  for (let round = 0; round < 12; round += 1) {
    await Promise.all(
      Array.from({ length: 3 }, async () => {
        // Three keys, 90 duplicates: more than 100 waiters at once would be told IN_PROGRESS.
        const intent = new Intent(db.pool, { limits: { leaseMs: 5_000, waitMs: 2_000 } });
        const runs = Array.from({ length: 30 }, (_, at) =>
          intent.run({ store: at % 2 ? db.pool.db : db.another.db }).then(
            () => "answered",
            (error: unknown) => (error instanceof IdempotencyError ? error.code : String(error)),
          ),
        );
        for (const outcome of await Promise.all(runs))
          met.set(outcome, (met.get(outcome) ?? 0) + 1);
        expect(intent.bank.sends).toEqual([1]);
        expect(await rowOf(db.owner, intent)).toMatchObject({
          state: "completed",
          fence: 1,
          effects: 1,
        });
      }),
    );
  }
  expect(Object.fromEntries(met)).toEqual({ answered: 1_080 });
});

test("of 30 intents at once for one order one runs, 20 times over, and every other is told whom to join", async () => {
  for (let round = 0; round < 20; round += 1) {
    const bank = new CountingBank("forgetful");
    bank.busy = () => pause(5);
    const first = new Intent(db.pool, { bank });
    const { account, orderId } = first;
    const intents = [
      first,
      ...Array.from(
        { length: 29 },
        (_, at) => new Intent(at % 2 ? db.pool : db.another, { bank, account, orderId }),
      ),
    ];
    const outcomes = await Promise.all(
      intents.map((intent) =>
        intent.run().then(
          () => ({ winner: intent.key }),
          (error: unknown) => {
            if (error instanceof IdempotencyError && /^ORDER_(BUSY|PAID)$/.test(error.code))
              return { join: error.detail.intentId };
            throw error;
          },
        ),
      ),
    );
    const winners = outcomes.flatMap((outcome) => ("winner" in outcome ? [outcome.winner] : []));
    expect(winners).toHaveLength(1);
    const join = outcomes.flatMap((outcome) => ("join" in outcome ? [outcome.join] : []));
    expect(new Set(join)).toEqual(new Set(winners));
    expect(bank.charges).toHaveLength(1);
  }
});
