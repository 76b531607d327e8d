import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { faultsSeen } from "../test-kit/faults-seen.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { type Outcome, payUntilDefinite } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

/** CONTRACT 4, the payment path: each alone, on the first arrival, and what that arrival's client is told. */
const FAULTS: [fault: string, first: string][] = [
  ["lose-request", "cut"],
  ["lose-response", "cut"],
  ["truncate-response", "cut"],
  ["delay-request=400", "paid"],
  ["delay-response=400", "paid"],
  ["deliver-twice", "paid"],
  ["crash-before-claim", "cut"],
  ["crash-after-claim", "cut"],
  ["crash-before-provider", "cut"],
  ["crash-after-provider", "cut"],
  ["crash-before-commit", "cut"],
  ["crash-after-commit", "cut"],
  ["stall-after-claim=1800", "hung up"],
  ["stall-after-provider=1800", "hung up"],
  ["provider-unreachable", "RELEASED"],
  ["provider-error", "OUTCOME_UNKNOWN"],
  ["provider-timeout", "OUTCOME_UNKNOWN"],
  // One look-up by reference in what is left of the deadline finds the charge.
  ["provider-error-after-charge", "paid"],
  ["database-drop-before-commit", "OUTCOME_UNKNOWN"],
  // The row is read again: it is there.
  ["database-drop-after-commit", "paid"],
];

const stack = stackUnderTest({ instances: 2, timings: "test" });
let stopCompleter: () => Promise<void>;
beforeAll(() => {
  stopCompleter = startCompleter(stack.services);
});
afterAll(() => stopCompleter());

describe.concurrent(
  "whatever happens to the first arrival, a buyer who asks again with the same key is charged once",
  () => {
    test.for(FAULTS)("%s, whose first client sees: %s", async ([fault, first]) => {
      const buyer = await Buyer.arrives(stack.services);
      const payment = await buyer.saves();

      const plan = `${fault}@1`;
      // Whoever is to be answered is more patient than a busy machine is slow.
      const patience = first === "hung up" ? {} : { patienceMs: 10_000 };
      const asking = { plan, through: stack.instances, ...patience };
      const outcome = await payUntilDefinite(buyer, payment, asking);

      expect(outcome.answer.status, outcome.answer.text).toBe(200);
      expect(outcome.answer.result).toMatchObject({ status: "paid", amount: 1_998 });
      expect(nameOf(outcome.first)).toBe(first);
      expect(outcome.tookMs).toBeLessThan(stack.services.timings.finalMs);
      const again = await buyer.pays(payment);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      const definite = [...(await outcome.late()), again].filter(({ status }) => status === 200);
      expect(new Set(definite.map(({ text }) => text)).size).toBe(1);
      expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
      expect(
        await faultsSeen(stack.sql, payment.idempotencyKey),
        "the fault took effect",
      ).toContain(fault.split("=")[0]);
    });
  },
);

function nameOf(first: Outcome["first"]): string {
  if (typeof first === "string") return first;
  return first.status === 200 ? "paid" : (first.error?.idempotency?.code ?? first.text);
}
