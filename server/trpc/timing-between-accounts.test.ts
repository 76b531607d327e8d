import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ faults: "off" });
const PAIRS = 500;

const median = (values: number[]) =>
  values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Both asked in turn, so that whatever else the machine does meets both alike. */
async function medians(ofA: () => Promise<unknown>, ofNobody: () => Promise<unknown>) {
  const took: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Or most of what is measured would be 429.
    if (pair % 20 === 0) await stack.sql`delete from rate_buckets`;
    const order = pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const which of order) took[which].push(await timed(which === 0 ? ofA : ofNobody));
  }
  return took.map(median);
}

/** S12, threat 1: within 5 % or 1 ms, whichever is more. */
function expectAlike([ofA = 0, ofNobody = 0]: number[]) {
  expect(Math.abs(ofA - ofNobody)).toBeLessThan(Math.max(1, 0.05 * Math.max(ofA, ofNobody)));
}

async function paidByA(): Promise<{ b: Buyer; ofA: Payment }> {
  const a = await Buyer.arrives(stack.services);
  const ofA = await a.saves();
  expect((await a.pays(ofA)).status).toBe(200);
  return { b: await Buyer.arrives(stack.services), ofA };
}

test("1,000 questions in turn, for another's key and for nobody's, take the same time", async () => {
  const { b, ofA } = await paidByA();
  const status = (idempotencyKey: string) => b.query("checkout.status", { idempotencyKey });
  expectAlike(
    await medians(
      () => status(ofA.idempotencyKey),
      () => status(uuidv7()),
    ),
  );
});

test("1,000 payments in turn that are refused, with another's key and with nobody's, take the same time", async () => {
  const { b, ofA } = await paidByA();
  // The order is A's: B has none of that id, whichever key it sends, and no key is used up.
  const pays = async (idempotencyKey: string) =>
    expect((await b.pays({ ...ofA, idempotencyKey })).status).toBe(404);
  expectAlike(
    await medians(
      () => pays(ofA.idempotencyKey),
      () => pays(uuidv7()),
    ),
  );
});
