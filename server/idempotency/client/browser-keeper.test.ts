import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserKeeper } from "./browser-keeper.ts";
import { intentLife } from "./intent-life.ts";
import type { IntentRecord } from "./intent-record.ts";

type Answer = { status: "bought" };

const life = intentLife<string, Answer>({
  keepsOrder: () => true,
  isInput: (value): value is string => typeof value === "string",
});
const place = "intent.order-1";
const born: IntentRecord<string, Answer> = {
  v: 1,
  account: "a",
  orderId: "order-1",
  idempotencyKey: "key-1",
  input: "tea",
  state: "new",
  inDoubt: false,
  sends: 0,
  firstSentAt: null,
};
const sent: typeof born = { ...born, state: "sent", sends: 1, firstSentAt: "2026-11-25T04:00:00Z" };
const bought: typeof born = { ...sent, state: "settled", result: { status: "bought" } };
const next: typeof born = { ...born, idempotencyKey: "key-2" };

const stored = new Map<string, string>();
let roomLeft = Infinity;
/** A page of this browser: its memory is its own, its history outlives a reload. */
const page = () => browserKeeper(life, () => place);

beforeEach(() => {
  stored.clear();
  roomLeft = Infinity;
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem(name: string, text: string) {
      if (text.length > roomLeft) throw new DOMException("full", "QuotaExceededError");
      stored.set(name, text);
    },
    removeItem: (name: string) => stored.delete(name),
  });
  const entry: { state: unknown; replaceState(state: unknown): void } = {
    state: { own: "entry" },
    replaceState: (state) => void (entry.state = state),
  };
  vi.stubGlobal("history", entry);
});
afterEach(() => vi.unstubAllGlobals());

describe("a storage that is full in mid-payment", () => {
  it("loses nothing: what it refused is held, said to be so, and found again by a reload", () => {
    const keeper = page();
    expect(keeper.write(born).kept).toBe(true);
    roomLeft = 0;
    for (const record of [sent, bought]) {
      expect(keeper.write(record)).toEqual({ record, kept: false });
      expect(keeper.read("order-1")).toEqual(record);
      expect(page().read("order-1")).toEqual(record);
    }
    expect(history.state).toMatchObject({ own: "entry" });
  });

  it("holds a new decision's key, too", () => {
    const keeper = page();
    keeper.write(bought);
    roomLeft = 0;
    expect(keeper.write(next)).toEqual({ record: next, kept: false });
    expect(keeper.read("order-1")).toEqual(next);
  });

  it("with room again keeps what comes next, and holds nothing older against it", () => {
    const keeper = page();
    keeper.write(born);
    roomLeft = 0;
    keeper.write(sent);
    roomLeft = Infinity;
    expect(keeper.write(bought)).toEqual({ record: bought, kept: true });
    expect([keeper.read("order-1"), page().read("order-1")]).toEqual([bought, bought]);
  });

  it("what another tab has written since is newer than what this one holds", () => {
    const keeper = page();
    keeper.write(born);
    roomLeft = 0;
    keeper.write(sent);
    stored.set(place, JSON.stringify(bought));
    expect(keeper.read("order-1")).toEqual(bought);
  });
});

describe("a record in the browser", () => {
  it("forgotten is forgotten, wherever it was held", () => {
    const keeper = page();
    keeper.write(born);
    roomLeft = 0;
    keeper.write(sent);
    keeper.forget("order-1");
    expect([keeper.read("order-1"), page().read("order-1")]).toEqual([null, null]);
  });

  it("of two tabs that write at once the later one stands for both", () => {
    vi.stubGlobal("localStorage", {
      ...localStorage,
      setItem: () => stored.set(place, JSON.stringify(next)),
    });
    expect(page().write(born)).toEqual({ record: next, kept: true });
  });
});
