import { expect, test } from "vitest";
import { Intent } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { resumeAbandoned } from "./resume-abandoned.ts";

const db = packageUnderTest();

test("what stays unknown is asked for ever more rarely, and at least every 5 s: a provider that is down is not stormed", async () => {
  const intent = new Intent(db.pool);
  intent.bank.mishaps.push("loses the answer");
  await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  const isFound = async (attempts: number, msLater: number) => {
    await db.owner`
      update idempotency_keys set fence = ${attempts}, lease_until = clock_timestamp() - ${msLater}::integer * interval '1 millisecond'
       where account = ${intent.account} and key = ${intent.key}`;
    return (await resumeAbandoned(db.pool.db, async () => {})).found === 1;
  };
  expect([await isFound(1, 100), await isFound(1, 700)]).toEqual([false, true]);
  expect([await isFound(4, 2_000), await isFound(4, 4_500)]).toEqual([false, true]);
  expect([await isFound(30, 2_500), await isFound(30, 5_500)]).toEqual([false, true]);
});
