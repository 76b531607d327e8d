import { describe, expect, it } from "vitest";
import { advance, type IntentEvent, type IntentRecord, life } from "./record.ts";

const orderId = "01890a5d-ac96-774b-bcce-b302099a8057";
const account = "kite-42";

describe("one intent, step by step", () => {
  const pressed: Extract<IntentEvent, { type: "pressed" }> = {
    type: "pressed",
    account,
    orderId,
    freshKey: "key-a",
    input: { paymentMethod: "pm_card_visa", expectedTotal: { amount: 4800, currency: "EUR" } },
  };
  const at = "2026-11-25T04:00:00.000Z";
  const run = (...events: IntentEvent[]) =>
    events.reduce<IntentRecord | null>((record, next) => advance(record, next), null);
  const refusal = (code: string, httpStatus: number): IntentEvent => ({
    type: "send-ended",
    key: "key-a",
    outcome: { kind: "refused", code, httpStatus, sameKey: true, retryAfterMs: null, message: "" },
  });

  it("a lost answer leaves it in doubt, and a later 429 does not take the doubt away", () => {
    const record = run(
      pressed,
      { type: "sent", key: "key-a", at },
      { type: "send-ended", key: "key-a", outcome: { kind: "no-answer", httpStatus: null } },
      { type: "sent", key: "key-a", at },
      refusal("RATE_LIMITED", 429),
      { type: "gave-up", key: "key-a" },
    );
    expect(record).toMatchObject({ state: "unknown", inDoubt: true, sends: 2 });
  });

  it("giving up without ever having been in doubt is ready to be pressed again, not resent on reload", () => {
    const record = run(pressed, { type: "sent", key: "key-a", at }, refusal("RELEASED", 503), {
      type: "gave-up",
      key: "key-a",
    });
    expect(record).toMatchObject({ state: "new", inDoubt: false, idempotencyKey: "key-a" });
  });

  it.each([
    ["RATE_LIMITED", 429],
    ["STORE_UNAVAILABLE", 503],
  ])("an attempt that runs is in doubt: a later %s is no word about it", (code, httpStatus) => {
    const record = run(
      pressed,
      { type: "sent", key: "key-a", at },
      refusal("IN_PROGRESS", 409),
      { type: "sent", key: "key-a", at },
      refusal(code, httpStatus),
      { type: "gave-up", key: "key-a" },
    );
    expect(record).toMatchObject({ state: "unknown", inDoubt: true });
  });

  describe("told RELEASED, the key is bound to its request:", () => {
    const released = [
      pressed,
      { type: "sent", key: "key-a", at },
      refusal("RELEASED", 503),
      { type: "gave-up", key: "key-a" },
    ] satisfies IntentEvent[];
    const other = { ...pressed.input, paymentMethod: "pm_card_mastercard" };
    const pressedAgain: IntentEvent = { ...pressed, freshKey: "key-b", input: other };

    it("it is sent as it was", () => {
      expect(run(...released, pressedAgain)).toMatchObject({ input: pressed.input });
    });

    it("until a refusal for the price lets go of it", () => {
      const priced = [{ type: "sent", key: "key-a", at }, refusal("PRICE_CHANGED", 409)] as const;
      expect(run(...released, ...priced, pressedAgain)).toMatchObject({ input: other });
    });

    it("but not beyond its end: the next key is a decision of its own", () => {
      const record = run(...released, refusal("VOIDED", 412), pressedAgain);
      expect(record).toMatchObject({ idempotencyKey: "key-b", input: other });
      expect(record?.bound).toBeUndefined();
    });
  });

  it("a changed price goes out under the same key once it is confirmed", () => {
    const confirmed = {
      paymentMethod: "pm_card_visa",
      expectedTotal: { amount: 5200, currency: "EUR" as const },
    };
    const record = run(pressed, { type: "sent", key: "key-a", at }, refusal("PRICE_CHANGED", 409), {
      ...pressed,
      freshKey: "key-b",
      input: confirmed,
    });
    expect(record).toMatchObject({ idempotencyKey: "key-a", input: confirmed });
  });

  it("a decline keeps its key until the next press", () => {
    const declined = run(
      pressed,
      { type: "sent", key: "key-a", at },
      {
        type: "ended",
        key: "key-a",
        ending: { status: "declined", orderId, declineCode: "expired_card" },
      },
    );
    expect(declined).toMatchObject({ state: "settled", idempotencyKey: "key-a" });
    expect(advance(declined, { ...pressed, freshKey: "key-b" })).toMatchObject({
      state: "new",
      idempotencyKey: "key-b",
      sends: 1,
      firstSentAt: null,
    });
  });

  it("text that is no record of this order is no record", () => {
    const text = JSON.stringify(run(pressed));
    expect(life.readRecord(text, orderId)).not.toBeNull();
    expect(life.readRecord(text, "another order")).toBeNull();
    for (const bad of ["", "null", "{}", "[1]", "{", text.replace('"v":1', '"v":2')])
      expect(life.readRecord(bad, orderId)).toBeNull();
  });
});
