import { expect, test } from "vitest";
import { reconcile } from "../reconciler/reconcile.ts";
import { delivers, eventsOf, paidUnheard } from "../test-kit/bank-events.ts";
import { logLines } from "../test-kit/log-lines.ts";
import { refundBooksOf } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { retakeRefunds } from "./retake-refunds.ts";

const stack = stackUnderTest();

/** The worker's round. */
async function reconciles(round: number) {
  const findings = await reconcile(stack.services, { olderThanMs: -60_000, round });
  await retakeRefunds(stack.services, findings);
  return findings;
}

test("a refund made at the bank while its payment waits for a person is booked once that payment is, however late the bank stopped telling", async () => {
  const { buyer, payment, charged } = await paidUnheard(stack);
  const { idempotencyKey: key, orderId } = payment;
  await stack.sql`update idempotency_keys set state = 'needs_review', review = 'test' where key = ${key}`;
  const [atTheBank] =
    await stack.sql`select id from bank.charges where metadata like ${`%${orderId}%`}`;
  await fetch(`${stack.bank.url}/v1/refunds`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payonce" },
    body: new URLSearchParams({ charge: String(atTheBank?.["id"]), amount: "700" }),
  });
  const told = (await eventsOf(stack.sql, orderId)).find(({ type }) => type === "refund.created");
  const event = JSON.parse(told?.body ?? "") as { created: number };
  event.created -= 11 * 60;
  const late = { body: JSON.stringify(event) };
  expect(await delivers(stack.services, late)).toMatchObject({ status: 200, effect: "unmatched" });
  // The charge's own event names the intent that waits, so that whoever decides finds it there.
  expect(await delivers(stack.services, charged)).toMatchObject({ effect: "unmatched" });
  const [inbox] = await stack.sql`select key from webhook_inbox where event_id = ${charged.id}`;
  expect(inbox).toMatchObject({ key });
  await reconciles(0);
  expect(await stack.sql`select 1 from refunds where account = ${buyer.account}`).toHaveLength(0);

  // A person decides: docs/recipes/needs-review.md, again.sql.
  await stack.sql`update idempotency_keys set state = 'unknown', review = null, fence = fence + 1, lease_until = clock_timestamp()
    where key = ${key}`;
  expect((await buyer.pays(payment)).status).toBe(200);
  await stack.sql`create function test_failure() returns trigger language plpgsql as
    $$ begin raise exception 'as asked' using errcode = '53100'; end $$`;
  await stack.sql`create trigger a_failure before insert on refunds execute function test_failure()`;
  const logged = logLines();
  await reconciles(1);
  await expect.poll(logged, { message: "a round that could not book it says so" }).toContainEqual(
    expect.objectContaining({
      event: "webhook-not-recorded",
      code: expect.stringContaining("53100"),
    }),
  );
  await stack.sql`drop trigger a_failure on refunds`;
  await reconciles(1);
  expect(await reconciles(2)).toEqual([]);
  expect(await refundBooksOf(stack.sql, orderId)).toMatchObject({
    returns: 1,
    returned: 700,
    refunds: 1,
    refunded: 700,
    postings: 1,
  });
});
