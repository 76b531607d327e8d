import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { flush, note, uncounted, withDelivery } from "./delivery.ts";

const stack = stackUnderTest();

test("a line that is being written already is waited for: whoever is answered finds it", async () => {
  const { account } = await Buyer.arrives(stack.services);
  const { db } = stack.services;
  const delivery = uncounted({ account, key: uuidv7(), orderId: uuidv7(), sentBy: "you" });
  // As after an answer: each line is sent on its way at once, by nobody who waits for it.
  delivery.afterwards = () => void flush(db, delivery);
  let over = false;
  let waited: Promise<void> | undefined;
  await stack.sql.begin(async (holder) => {
    await holder`lock table timeline_events in exclusive mode`;
    await withDelivery(delivery, async () => note({ point: "fault", outcome: "none", text: "x" }));
    waited = flush(db, delivery).then(() => void (over = true));
    await holder`select pg_sleep(0.1)`;
    expect(over).toBe(false);
  });
  await waited;
  const rows = await stack.sql`select point from timeline_events where account = ${account}`;
  expect(rows.map(({ point }) => String(point))).toEqual(["fault"]);
});
