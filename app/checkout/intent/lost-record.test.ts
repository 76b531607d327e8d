import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  browser,
  lost,
  orderId,
  press,
  refused,
  reopen,
  screen,
  type Ending,
} from "../../test-kit/browser.ts";
import { screenOf } from "./view.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a record that is removed while its payment is under way", () => {
  async function removed(...runs: Ending[]) {
    const all = browser({ runs });
    all.world.inFlight = () => void all.stored.delete(orderId);
    const store = all.open();
    await press(store);
    return { ...all, store };
  }

  it("paid is shown as paid", async () => {
    const { store } = await removed();
    expect(screen(store)).toBe("paid");
  });

  it.each([[lost], [refused("OUTCOME_UNKNOWN", 503)]])(
    "%o is unknown, and the next page finds the key again",
    async (end) => {
      const { store, open, sent, world } = await removed(end);
      expect(screen(store)).toBe("unknown");
      world.inFlight = () => {};
      await reopen(open);
      expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
    },
  );

  it("once nothing is under way it stays removed", async () => {
    const { store, stored } = await removed(refused("RELEASED", 503));
    stored.delete(orderId);
    store.othersWrote();
    await store.comeBack();
    expect([screen(store), stored.size]).toEqual(["idle", 0]);
  });
});

describe("an answer", () => {
  it("no is said only where the bank said no, and never of an order that is paid", async () => {
    const { open } = browser({ runs: [{ kind: "decline" }] });
    const store = open();
    await press(store);
    expect(screenOf(store.view(), false)).toBe("declined");
    expect(screenOf(store.view(), true)).toBe("already-paid");
  });
});
