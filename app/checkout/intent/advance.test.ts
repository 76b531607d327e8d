import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SendOutcome } from "../../../server/idempotency/client/index.ts";
import { advance, type Ending, type IntentEvent, type IntentRecord, life } from "./record.ts";

const orderId = "01890a5d-ac96-774b-bcce-b302099a8057";
const account = "kite-42";
const keys = ["key-a", "key-b", "key-c"] as const;
const key = fc.constantFrom(...keys);

const outcome: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.record({ kind: fc.constant("answered" as const), replayed: fc.boolean() }),
  fc.record({
    kind: fc.constant("no-answer" as const),
    httpStatus: fc.constantFrom(null, 200, 500, 502, 504),
  }),
  fc.record({
    kind: fc.constant("refused" as const),
    code: fc.constantFrom(
      "IN_PROGRESS",
      "OUTCOME_UNKNOWN",
      "RELEASED",
      "STORE_UNAVAILABLE",
      "VOIDED",
      "KEY_REUSED",
      "KEY_EXPIRED",
      "PRICE_CHANGED",
      "ORDER_BUSY",
      "ORDER_PAID",
      null,
    ),
    httpStatus: fc.constantFrom(400, 401, 409, 412, 422, 429, 503),
    sameKey: fc.boolean(),
    retryAfterMs: fc.constant(null),
    message: fc.constant(""),
  }),
);

const ending: fc.Arbitrary<Ending> = fc.constantFrom<Ending>(
  {
    status: "paid",
    orderId,
    chargeId: "ch_1",
    amount: 4800,
    currency: "EUR",
    providerReference: "pi_1",
    paidAt: "2026-11-25T04:00:00.000Z",
  },
  { status: "declined", orderId, declineCode: "generic_decline" },
  { status: "voided" },
  { status: "key-reused" },
  { status: "key-expired" },
);

const input = fc.record({
  paymentMethod: fc.constantFrom("pm_card_visa", "pm_card_mastercard"),
  expectedTotal: fc.record({ amount: fc.integer({ min: 1 }), currency: fc.constant("EUR") }),
});

const event: fc.Arbitrary<IntentEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("pressed" as const),
      freshKey: key,
      input,
      account: fc.constantFrom(account, "otter-7"),
      orderId: fc.constant(orderId),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("sent" as const),
      key,
      at: fc.constant("2026-11-25T04:00:00.000Z"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("send-ended" as const), key, outcome }) },
  fc.record({ type: fc.constant("gave-up" as const), key }),
  fc.record({ type: fc.constant("ended" as const), key, ending }),
  fc.record({ type: fc.constant("status-unknown" as const), key }),
  fc.record({ type: fc.constant("joined" as const), key, otherKey: key }),
  fc.record({ type: fc.constant("left" as const), key }),
  fc.record({ type: fc.constant("looked" as const), key }),
);

/** The key is refused, which says nothing of the sends before. */
const isRefusedKey = ({ status }: Ending) => status === "key-reused" || status === "key-expired";

/** Runs a history and hands each step to `look`. */
function everyStep(
  look: (before: IntentRecord | null, event: IntentEvent, after: IntentRecord | null) => void,
) {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let record: IntentRecord | null = null;
      for (const next of events) {
        const after = advance(record, next);
        look(record, next, after);
        record = after;
      }
    }),
    { numRuns: 3000 },
  );
}

describe("the checkout intent's record, whatever happens in whatever order", () => {
  it("changes its key only on a press after a spent one, or to join the order's own intent", () => {
    everyStep((before, event, after) => {
      if (before === null || after === null || before.idempotencyKey === after.idempotencyKey)
        return;
      if (event.type === "joined") return;
      expect(event.type).toBe("pressed");
      expect(life.isSpent(before) || before.account !== after.account).toBe(true);
    });
  });

  it("is forgotten only when the key was somebody else's", () => {
    everyStep((before, event, after) => {
      if (before !== null && after === null)
        expect([event.type, before.joined]).toEqual(["left", true]);
    });
  });

  it("once paid, stays exactly as it is for this account", () => {
    everyStep((before, event, after) => {
      if (before?.result?.status !== "paid") return;
      if (event.type === "pressed" && event.account !== before.account) return;
      expect(after).toEqual(before);
    });
  });

  it("keeps its doubt until an answer about the key comes", () => {
    everyStep((before, event, after) => {
      if (!before?.inDoubt || after === null || after.inDoubt) return;
      const newDecision = event.type === "pressed" && after.idempotencyKey === event.freshKey;
      const answered =
        (event.type === "ended" && !isRefusedKey(event.ending)) ||
        (event.type === "looked" && before.state === "settled") ||
        (event.type === "send-ended" &&
          event.outcome.kind === "refused" &&
          event.outcome.code === "VOIDED");
      expect(newDecision || answered).toBe(true);
    });
  });

  it("in doubt, gets no new key", () => {
    everyStep((before, event, after) => {
      if (!before?.inDoubt || event.type !== "pressed" || event.account !== before.account) return;
      expect(after?.idempotencyKey).toBe(before.idempotencyKey);
    });
  });

  it("never sends another input under a key that may be under way", () => {
    everyStep((before, event, after) => {
      if (before === null || after === null || before.idempotencyKey !== after.idempotencyKey)
        return;
      if (event.type === "pressed" && event.freshKey === before.idempotencyKey) return;
      if (before.state !== "new") expect(after.input).toEqual(before.input);
    });
  });

  it("counts every send and never counts back", () => {
    everyStep((before, event, after) => {
      if (before === null || after === null || before.account !== after.account) return;
      const one = event.type === "sent" && event.key === before.idempotencyKey;
      const counts = one && before.state !== "settled";
      expect(after.sends - before.sends).toBe(counts ? 1 : 0);
    });
  });

  it("survives being written to storage and read back", () => {
    everyStep((_before, _event, after) => {
      if (after !== null) expect(life.readRecord(JSON.stringify(after), orderId)).toEqual(after);
    });
  });
});
