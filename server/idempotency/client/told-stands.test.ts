import { describe, expect, it } from "vitest";
import { createIntent } from "./create-intent.ts";
import { intentLife } from "./intent-life.ts";
import type { IntentRecord } from "./intent-record.ts";
import type { SendOutcome } from "./read-outcome.ts";

const life = intentLife<string, { status: "bought" }>({
  keepsOrder: () => true,
  isInput: (value): value is string => typeof value === "string",
});
const refusal: SendOutcome = {
  kind: "refused",
  code: null,
  httpStatus: 400,
  sameKey: false,
  retryAfterMs: null,
  message: "The postcode is wrong",
};

/** One page of several components, each of which asks as it mounts (`useIntent`). `ends`: how the sends end, in order. */
function page(...ends: (SendOutcome | "bought")[]) {
  const place: { record: IntentRecord<string, { status: "bought" }> | null } = { record: null };
  const keep = (record: typeof place.record & {}) => ({
    record: (place.record = record),
    kept: true,
  });
  const intent = createIntent<string, { status: "bought" }>({
    orderId: "order-1",
    account: "a",
    life,
    keeper: {
      read: () => place.record,
      write: keep,
      succeed: async (record) => keep(record),
      forget: () => void (place.record = null),
    },
    async send(_input, watch) {
      watch.began(1);
      const end = ends.shift() ?? "bought";
      watch.ended(end === "bought" ? { kind: "answered", replayed: false } : end);
      if (end !== "bought") throw new Error("refused");
      return { status: "bought" };
    },
  });
  return { intent, place };
}

describe("what the buyer was told stands until they act, whatever mounts meanwhile", () => {
  it("a refusal keeps its message, and the next press is a new try", async () => {
    const { intent } = page(refusal);
    const told = await intent.press("tea");
    expect(told.phase).toEqual({ at: "refused", refusal });
    expect((await intent.comeBack()).phase).toEqual(told.phase);
    expect((await intent.press("tea")).phase).toMatchObject({ at: "ended" });
  });

  it("a first answer does not become one that is given again", async () => {
    const { intent } = page("bought");
    const told = await intent.press("tea");
    expect(told.phase).toMatchObject({ at: "ended", replayed: false });
    expect((await intent.comeBack()).phase).toEqual(told.phase);
  });

  it("what another tab did under another key is told instead", async () => {
    const { intent, place } = page(refusal);
    const { record } = await intent.press("tea");
    if (record === null) throw new Error("nothing was kept");
    const theirs = { ...record, idempotencyKey: "theirs", state: "settled" as const };
    place.record = { ...theirs, result: { status: "bought" } };
    expect((await intent.comeBack()).phase).toMatchObject({ at: "ended", replayed: true });
    place.record = null;
    expect((await intent.comeBack()).phase).toEqual({ at: "rest" });
  });
});
