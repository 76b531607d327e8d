import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  browser,
  lost,
  orderId,
  paid,
  press,
  refused,
  reopen,
  screen,
  type Ending,
} from "../../test-kit/browser.ts";
import { isLocked } from "./view.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("coming back to a payment that was sent", () => {
  /** A page that dies with its request under way. */
  async function abandoned(options: Parameters<typeof browser>[0] = {}) {
    const all = browser({ ...options, runs: [lost, ...(options.runs ?? [])] });
    await press(all.open());
    return all;
  }

  it.each(["never_seen", "released", "unknown"] as const)(
    "%s is resent under the same key, with the same input, by our code",
    async (state) => {
      const { open, sent, world } = await abandoned({ runs: [{ kind: "replay" }] });
      world.status = { state };
      const store = await reopen(open);
      expect(screen(store)).toBe("paid-replayed");
      expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
      expect(sent[1]?.input).toEqual(sent[0]?.input);
      expect(sent[1]?.header).toBe("2;by=app;tab=k7qd");
    },
  );

  it("completed is shown and not sent again", async () => {
    const { open, sent, world } = await abandoned();
    world.status = { state: "completed", result: paid };
    expect(screen(await reopen(open))).toBe("paid-replayed");
    expect(sent).toHaveLength(1);
  });

  it("in progress is followed until its answer is there", async () => {
    const { open, sent, world } = await abandoned();
    world.status = { state: "in_progress" };
    const store = await reopen(open);
    expect(screen(store)).toBe("joined");
    world.status = { state: "completed", result: paid };
    await vi.advanceTimersByTimeAsync(4000);
    expect(screen(store)).toBe("paid-replayed");
    expect(sent).toHaveLength(1);
  });

  it("after ten minutes nothing is sent until somebody presses, and then under the old key", async () => {
    const { open, sent, world } = await abandoned();
    world.status = { state: "released" };
    vi.setSystemTime(Date.now() + 11 * 60_000);
    const store = await reopen(open);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([screen(store), sent.length]).toEqual(["stale", 1]);
    await press(store);
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
  });

  it("with the clock set back since nobody knows how old it is: nothing is sent by itself", async () => {
    const { open, sent, world } = await abandoned();
    world.status = { state: "never_seen" };
    vi.setSystemTime(Date.now() - 60_000);
    expect([screen(await reopen(open)), sent.length]).toEqual(["stale", 1]);
  });

  it("an expired key asks the order: paid is a receipt, unpaid is too old", async () => {
    const { open, world } = await abandoned();
    world.status = { state: "expired" };
    const { status: _paid, orderId: _order, ...charge } = paid;
    world.order = { status: "paid", charge };
    expect(screen(await reopen(open))).toBe("already-paid");
  });

  it("a status that cannot be asked leaves it unknown, and is asked again", async () => {
    const { open, sent, world } = await abandoned();
    world.status = new Error("offline");
    const store = await reopen(open);
    expect(screen(store)).toBe("unknown");
    world.status = { state: "completed", result: paid };
    await vi.advanceTimersByTimeAsync(3000);
    expect(screen(store)).toBe("paid-replayed");
    expect(sent).toHaveLength(1);
  });

  it("a server that says unknown for a minute is a case for a person", async () => {
    const { open, world } = await abandoned({ runs: Array<Ending>(40).fill(lost) });
    world.status = { state: "unknown" };
    const store = await reopen(open);
    expect(screen(store)).toBe("unknown");
    await vi.advanceTimersByTimeAsync(80_000);
    expect(screen(store)).toBe("review");
  });

  it("Check again asks the status first and resends only if nobody knows", async () => {
    const { open, sent, world } = await abandoned({ runs: [lost, { kind: "replay" }] });
    world.status = { state: "unknown" };
    const store = await reopen(open);
    await store.askNow();
    expect(screen(store)).toBe("paid-replayed");
    expect(sent.at(-1)?.header).toBe("3;by=you;tab=k7qd");
    expect(new Set(sent.map(({ key }) => key))).toEqual(new Set(["key-1"]));
  });

  it("never charged is not resent by a reload", async () => {
    const { open, sent, world } = browser({ runs: [refused("RELEASED", 503)] });
    await press(open());
    world.status = { state: "released" };
    const store = await reopen(open);
    expect([screen(store), sent.length]).toEqual(["idle", 1]);
  });
});

describe("a page that died in mid-send", () => {
  /** What its record was when it died: sent, and no word of doubt. */
  async function died(options: Parameters<typeof browser>[0] = {}) {
    const all = browser({ ...options, runs: [lost, ...(options.runs ?? [])] });
    let atDeath = all.stored.get(orderId);
    all.world.inFlight = () => (atDeath = all.stored.get(orderId));
    await press(all.open());
    all.world.inFlight = () => {};
    if (atDeath) all.stored.set(orderId, atDeath);
    expect(atDeath).toMatchObject({ state: "sent", inDoubt: false });
    return all;
  }

  it.each([
    ["never_seen", refused("STORE_UNAVAILABLE", 503)],
    ["never_seen", refused("RATE_LIMITED", 429)],
    ["released", refused(null, 400)],
  ] as const)(
    "%s is no proof: its request may arrive yet, and %o is said of the resend alone",
    async (state, told) => {
      const { open, sent, world } = await died({ runs: [told] });
      world.status = { state };
      expect([screen(await reopen(open)), sent.length]).toEqual(["unknown", 2]);
    },
  );

  it("keeps what is bought locked, also when it is too old to be resent by itself", async () => {
    const { open, sent, world } = await died();
    world.status = { state: "never_seen" };
    vi.setSystemTime(Date.now() + 11 * 60_000);
    const store = await reopen(open);
    expect([screen(store), isLocked(store.view(), screen(store))]).toEqual(["stale", true]);
    await press(store);
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
  });
});

describe("a page without a connection", () => {
  it("does not say that nothing was sent where an earlier page has sent it", async () => {
    const { open, sent, stored, world } = browser({ runs: [lost] });
    await press(open());
    const record = stored.get(orderId);
    if (record) stored.set(orderId, { ...record, state: "sent", inDoubt: false });
    world.online = false;
    const store = open();
    await press(store);
    expect([screen(store), sent.length]).toEqual(["unknown", 1]);
  });
});
