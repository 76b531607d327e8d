import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { faultsSeen, isSeen } from "../test-kit/faults-seen.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { buysTea, gaveBack, refundBooksOf, refundOf, refunds } from "../test-kit/refunds.ts";
import { askUntilDefinite, type Outcome } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

/** CONTRACT 4, the payment path, met by a refund: each alone, on the first arrival, and what its client is told. */
const FAULTS: [fault: string, first: string][] = [
  ["lose-request", "cut"],
  ["lose-response", "cut"],
  ["truncate-response", "cut"],
  ["delay-request=400", "refunded"],
  ["delay-response=400", "refunded"],
  ["deliver-twice", "refunded"],
  ["crash-before-claim", "cut"],
  ["crash-after-claim", "cut"],
  ["crash-before-provider", "cut"],
  ["crash-after-provider", "cut"],
  ["crash-before-commit", "cut"],
  ["crash-after-commit", "cut"],
  ["stall-after-claim=9000", "hung up"],
  ["stall-after-provider=9000", "hung up"],
  ["provider-unreachable", "RELEASED"],
  ["provider-error", "OUTCOME_UNKNOWN"],
  ["provider-timeout", "OUTCOME_UNKNOWN"],
  // One look-up by reference in what is left of the deadline finds the refund.
  ["provider-error-after-charge", "refunded"],
  ["database-drop-before-commit", "OUTCOME_UNKNOWN"],
  ["database-drop-after-commit", "refunded"],
];

// Production's limits: what the first client is told must not depend on how busy the machine is.
const stack = stackUnderTest({ instances: 2 });
let stopCompleter: () => Promise<void>;
beforeAll(() => {
  stopCompleter = startCompleter(stack.services);
});
afterAll(() => stopCompleter());

describe.concurrent(
  "whatever happens to the first arrival, a refund that is asked for again with the same key is made once",
  () => {
    test.for(FAULTS)(
      "%s, whose first client sees: %s",
      { timeout: 60_000 },
      async ([fault, first]) => {
        const buyer = await Buyer.arrives(stack.services);
        const { orderId, chargeId } = await buysTea(buyer);
        const call = refundOf(chargeId, 500);

        const outcome = await askUntilDefinite((sending) => refunds(buyer, call, sending), {
          plan: `${fault}@1`,
          // Only a stalled attempt is not waited for: it outlives its lease.
          patienceMs: fault.startsWith("stall") ? 5_000 : 20_000,
          through: stack.instances,
        });

        expect(outcome.answer.status, outcome.answer.text).toBe(200);
        expect(outcome.answer.result).toMatchObject({ status: "refunded", chargeId, amount: 500 });
        expect(nameOf(outcome.first)).toBe(first);
        const again = await refunds(buyer, call);
        expect(again.headers.get("idempotent-replayed")).toBe("true");
        const definite = [...(await outcome.late()), again].filter(({ status }) => status === 200);
        expect(new Set(definite.map(({ text }) => text)).size).toBe(1);
        expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500));
        expect(await faultsSeen(stack.sql, call.idempotencyKey), "the fault took effect").toContain(
          fault.split("=")[0],
        );
      },
    );
  },
);

/** A refund whose only arrival met the fault. One that a busy shop had no connection for met nothing, and proves nothing. */
async function leftBehind(buyer: Buyer, fault: string) {
  for (let tries = 1; tries <= 5; tries += 1) {
    const { orderId, chargeId } = await buysTea(buyer);
    const call = refundOf(chargeId);
    await refunds(buyer, call, { headers: { "x-fault-plan": fault } }).catch(() => undefined);
    if (await isSeen(stack.sql, call.idempotencyKey, fault)) return { orderId, call };
  }
  throw new Error(`None of five arrivals met ${fault}`);
}

describe.concurrent("the client is gone for good", () => {
  test.for([
    "crash-after-claim",
    "crash-before-provider",
    "crash-after-provider",
    "crash-before-commit",
    "provider-timeout",
    "provider-error",
    "database-drop-before-commit",
  ])(
    "%s: refunded once by the completer alone, which asks the bank by our key first (own-pay/OwnPay#222)",
    { timeout: 60_000 },
    async (fault, { expect: expectHere }) => {
      const buyer = await Buyer.arrives(stack.services);
      const { orderId, call } = await leftBehind(buyer, fault);
      const timeout = stack.services.timings.leaseMs + 15_000;
      await expectHere
        .poll(() => refundBooksOf(stack.sql, orderId), { timeout, interval: 50 })
        .toEqual(gaveBack(1_998));
      const again = await refunds(buyer, call);
      expectHere(again.headers.get("idempotent-replayed")).toBe("true");
      expectHere(Number(again.headers.get("idempotency-attempt"))).toBeGreaterThan(1);
      expectHere(again.result).toMatchObject({ status: "refunded", amount: 1_998 });
    },
  );
});

function nameOf(first: Outcome["first"]): string {
  if (typeof first === "string") return first;
  return first.status === 200 ? "refunded" : (first.error?.idempotency?.code ?? first.text);
}
