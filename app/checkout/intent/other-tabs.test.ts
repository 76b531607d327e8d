import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  browser,
  estranged,
  input,
  lost,
  orderId,
  paid,
  press,
  refused,
  reopen,
  screen,
} from "../../test-kit/browser.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("other tabs, other accounts", () => {
  it("a second tab makes no key where a record exists, and shows the first one's answer", async () => {
    const { open, sent, stored, world } = browser();
    world.status = { state: "in_progress" };
    const second = await reopen(open);
    await press(open());
    second.othersWrote();
    expect(screen(second)).toBe("paid-replayed");
    await press(second);
    expect([sent.length, stored.get(orderId)?.idempotencyKey]).toEqual([1, "key-1"]);
  });

  it("a tab's own answer stays its own when another tab tells of it afterwards", async () => {
    const { open } = browser();
    const store = open();
    await press(store);
    store.othersWrote();
    expect(screen(store)).toBe("paid");
  });

  it("a tab follows a send that is younger than its deadline instead of sending beside it", async () => {
    const { open, sent, stored, world } = browser({ runs: [lost] });
    const second = await reopen(open);
    await press(open());
    const record = stored.get(orderId);
    if (record) stored.set(orderId, { ...record, state: "sent" });
    world.status = { state: "never_seen" };
    second.othersWrote();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([screen(second), sent.length]).toEqual(["joined", 1]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.length).toBe(2);
  });

  it.each([
    ["its next send", { state: "never_seen" } as const],
    ["its question", estranged],
  ])(
    "a session that was replaced meanwhile leaves a payment in doubt in doubt, by the answer to %s, and ends sends and questions",
    async (_by, status) => {
      const { open, sent, world } = browser({ runs: [lost, refused(null, 401)] });
      world.status = new Error("offline");
      const store = open();
      await press(store);
      world.status = status;
      await vi.advanceTimersByTimeAsync(2_000);
      await store.comeBack();
      expect(screen(store)).toBe("elsewhere");
      const sends = sent.length;
      await vi.advanceTimersByTimeAsync(600_000);
      expect([screen(store), sent.length]).toEqual(["elsewhere", sends]);
      world.status = { state: "completed", result: paid };
      await store.comeBack();
      expect(screen(store)).toBe("paid-replayed");
    },
  );

  it("a key that an earlier page sent is in doubt, also where this one's send is the first to be refused", async () => {
    const { open, stored, world } = browser({ runs: [lost, refused(null, 401)] });
    world.status = new Error("offline");
    await press(open());
    const record = stored.get(orderId);
    if (record) stored.set(orderId, { ...record, state: "sent", inDoubt: false });
    world.status = { state: "never_seen" };
    expect(screen(await reopen(open))).toBe("elsewhere");
    expect(stored.get(orderId)?.inDoubt).toBe(true);
  });

  it("a reset in another tab takes the record away, and not the doubt from the page that sent it", async () => {
    const { open, sent, stored, world } = browser({ runs: [lost] });
    world.status = new Error("offline");
    const store = open();
    await press(store);
    stored.clear();
    store.othersWrote();
    expect(screen(store)).toBe("unknown");
    world.status = estranged;
    await store.comeBack();
    expect([screen(store), sent.length]).toEqual(["elsewhere", 1]);
  });

  it("a record of another account is not used", async () => {
    const { open, sent } = browser({ runs: [lost] });
    await press(open());
    const store = open();
    store.attach("otter-7");
    expect(store.view()).toMatchObject({ record: null, foreignAccount: true });
    await store.press({ account: "otter-7", input, whenSaved: () => Promise.resolve() });
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-2"]);
  });
});
