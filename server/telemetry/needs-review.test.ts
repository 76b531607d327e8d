import { expect, test } from "vitest";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { Intent } from "../test-kit/intent.ts";
import { readMetrics } from "./read-metrics.ts";

const db = packageUnderTest();

async function waiting(): Promise<number> {
  const text = await readMetrics(db.pool.db);
  return Number(/^payonce_idempotency_needs_review_keys (\d+)$/m.exec(text)?.[1]);
}

test("payonce_idempotency_needs_review_keys rises with each key that waits for a person", async () => {
  expect(await waiting()).toBe(0);
  for (const expected of [1, 2]) {
    const intent = new Intent(db.pool);
    intent.bank.mishaps.push("sees another request");
    await expect(intent.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await waiting()).toBe(expected);
  }
});
