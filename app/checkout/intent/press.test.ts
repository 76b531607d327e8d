import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SendOutcome } from "../../../server/idempotency/client/index.ts";
import {
  account,
  browser,
  input,
  lost,
  orderId,
  paid,
  press,
  refused,
  screen,
} from "../../test-kit/browser.ts";
import { isLocked } from "./view.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a press of Pay", () => {
  it("finds its key in storage before the first send", async () => {
    const { open, world } = browser();
    await press(open());
    expect(world.storedAtFirstSend).toMatchObject({ idempotencyKey: "key-1", state: "new" });
  });

  it("pressed four times at once sends one request", async () => {
    const { open, sent } = browser();
    const store = open();
    await Promise.all([press(store), press(store), press(store), press(store)]);
    expect(sent.map((send) => send.header)).toEqual(["1;by=you;tab=k7qd"]);
    expect(screen(store)).toBe("paid");
  });

  it("paid by the record is told apart from paid for the first time", async () => {
    const { open } = browser({ runs: [{ kind: "replay" }] });
    const store = open();
    await press(store);
    expect(screen(store)).toBe("paid-replayed");
  });

  it("offline sends nothing and queues nothing", async () => {
    const { open, sent, world } = browser({ online: false });
    const store = open();
    await press(store);
    expect(screen(store)).toBe("offline");
    world.online = true;
    await store.comeBack();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(sent).toHaveLength(0);
    await press(store);
    expect(sent).toHaveLength(1);
  });

  it("an order that could not be saved is not charged, and not in doubt", async () => {
    const { open, sent } = browser();
    const store = open();
    await store.press({ account, input, whenSaved: () => Promise.reject(new Error("no network")) });
    expect([screen(store), sent.length]).toEqual(["not-charged", 0]);
  });

  it("after a decline makes a new key, and only then", async () => {
    const { open, sent, stored } = browser({ runs: [{ kind: "decline" }] });
    const store = open();
    await press(store);
    store.chooseAgain();
    expect(stored.get(orderId)?.idempotencyKey).toBe("key-1");
    await press(store);
    expect(new Set(sent.map((send) => send.key)).size).toBe(2);
    expect(screen(store)).toBe("paid");
  });

  it.each([
    [refused(null, 401), "signed-out"],
    [refused("KEY_INVALID", 400), "broken"],
    [refused("RELEASED", 503), "not-charged"],
    [refused("PRICE_CHANGED", 409), "price-changed"],
    [refused("KEY_REUSED", 422), "key-reused"],
    [refused("VOIDED", 412), "voided"],
    [refused("KEY_EXPIRED", 412), "key-expired"],
    [refused("IN_PROGRESS", 409), "joined"],
    [refused("OUTCOME_UNKNOWN", 503), "unknown"],
    [lost, "unknown"],
  ] satisfies [SendOutcome, string][])("%o is shown as %s", async (outcome, shown) => {
    const { open } = browser({ runs: [outcome] });
    const store = open();
    await press(store);
    expect(screen(store)).toBe(shown);
  });

  it.each([
    [refused("RELEASED", 503), true],
    [refused("STORE_UNAVAILABLE", 503), false],
    [refused("RATE_LIMITED", 429), false],
  ])("not charged after %o: what is bought is locked: %s", async (told, locked) => {
    const { open, sent } = browser({ runs: [told] });
    const store = open();
    await press(store);
    expect([screen(store), isLocked(store.view(), screen(store))]).toEqual(["not-charged", locked]);
    const other = { ...input, paymentMethod: "pm_card_mastercard" };
    await store.press({ account, input: other, whenSaved: () => Promise.resolve() });
    expect(sent[1]).toMatchObject({ key: "key-1", input: locked ? input : other });
    expect(isLocked(store.view(), screen(store))).toBe(false);
  });

  it("in doubt, a server that does not take the request any more is no word about the money", async () => {
    const { open, world } = browser({ runs: [lost, refused(null, 400)] });
    const store = open();
    world.status = { state: "unknown" };
    await press(store);
    expect(screen(store)).toBe("unknown");
    await press(store);
    expect(screen(store)).toBe("unknown");
  });

  it("in doubt, a key refused for its content is no word about the money: no new key until the person has looked", async () => {
    const { open, sent, world } = browser({ runs: [lost, refused("KEY_REUSED", 422)] });
    const store = open();
    world.status = { state: "unknown" };
    await press(store);
    await press(store);
    expect(screen(store)).toBe("key-reused");
    expect(isLocked(store.view(), screen(store))).toBe(true);
    await press(store);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    store.looked();
    expect(screen(store)).toBe("key-reused");
    await press(store);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it("in doubt, an expired key asks the order: unpaid, it can never be paid under that key, and the next press is a new one", async () => {
    const { open, sent } = browser({ runs: [lost, refused("KEY_EXPIRED", 412)] });
    const store = open();
    await press(store);
    await press(store);
    expect([screen(store), store.view().record?.inDoubt]).toEqual(["key-expired", false]);
    await press(store);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it("in doubt, a proxy that calls the page a stranger's is no word about the money", async () => {
    const { open, world } = browser({ runs: [lost, refused(null, 403)] });
    world.status = { state: "unknown" };
    const store = open();
    await press(store);
    await press(store);
    expect(screen(store)).toBe("unknown");
  });

  it("joins the intent that holds the order by the server's word, and never sends that one's key", async () => {
    const { open, sent, world } = browser({ runs: [refused("ORDER_BUSY", 409, "key-x")] });
    world.status = { state: "in_progress" };
    const store = open();
    await press(store);
    expect(store.view().record?.idempotencyKey).toBe("key-x");
    world.status = { state: "completed", result: paid };
    await vi.advanceTimersByTimeAsync(2000);
    expect(screen(store)).toBe("paid-replayed");
    expect(sent.map((send) => send.key)).toEqual(["key-1"]);
  });

  it.each([undefined, "key-1"])(
    "told that the order is held by %s, goes on asking about its own key",
    async (holder) => {
      const { open, world } = browser({ runs: [refused("ORDER_BUSY", 409, holder)] });
      world.status = { state: "in_progress" };
      const store = open();
      await press(store);
      expect(screen(store)).toBe("joined");
      expect(store.view().record).not.toHaveProperty("joined");
    },
  );
});
