import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SendOutcome } from "../../trpc/read-outcome.ts";
import { IntentStore } from "./intent-store.ts";
import type { IntentPorts, KeyStatus, OrderNews } from "./ports.ts";
import type { Declined, IntentRecord, Paid, PayInput } from "./record.ts";
import { screenOf } from "./view.ts";

const orderId = "01890a5d-ac96-774b-bcce-b302099a8057";
const account = "kite-42";
const input: PayInput = {
  paymentMethod: "pm_card_visa",
  expectedTotal: { amount: 4800, currency: "EUR" },
};
const paid: Paid = {
  status: "paid",
  orderId,
  chargeId: "ch_1",
  amount: 4800,
  currency: "EUR",
  providerReference: "pi_1",
  paidAt: "2026-11-25T04:00:00.000Z",
};

type Ending = SendOutcome | { kind: "decline" } | { kind: "replay" };
const lost: SendOutcome = { kind: "no-answer", httpStatus: null };
const answered: SendOutcome = { kind: "answered", replayed: false };
const refused = (code: string | null, httpStatus: number): SendOutcome => ({
  kind: "refused",
  code,
  httpStatus,
  sameKey: false,
  retryAfterMs: null,
  message: code ?? "",
});

/** A browser with a server behind it, both of a few lines; `runs` are how the link's runs end, in order. */
function browser(options: { runs?: Ending[]; online?: boolean } = {}) {
  const stored = new Map<string, IntentRecord>();
  const sent: { key: string; input: PayInput; header: string }[] = [];
  const runs = [...(options.runs ?? [])];
  const world = {
    online: options.online ?? true,
    status: { state: "never_seen" } as KeyStatus | Error,
    order: { status: "draft", intents: [] } as OrderNews,
    keys: 0,
    storedAtFirstSend: null as IntentRecord | null,
  };
  const ports: IntentPorts = {
    keeper: {
      read: () => stored.get(orderId) ?? null,
      write: (record) => {
        stored.set(orderId, record);
        return { record, kept: true };
      },
      forget: () => void stored.delete(orderId),
    },
    async pay({ idempotencyKey, orderId: _order, ...rest }, watch): Promise<Paid | Declined> {
      world.storedAtFirstSend ??= stored.get(orderId) ?? null;
      sent.push({ key: idempotencyKey, input: rest, header: watch.began(1) });
      await Promise.resolve();
      const end = runs.shift() ?? answered;
      if (end.kind === "decline") {
        watch.ended(answered);
        return { status: "declined", orderId, declineCode: "expired_card" };
      }
      watch.ended(end.kind === "replay" ? { kind: "answered", replayed: true } : end);
      if (end.kind === "answered" || end.kind === "replay") return paid;
      throw new Error("no answer");
    },
    status: async () => {
      if (world.status instanceof Error) throw world.status;
      return world.status;
    },
    order: async () => world.order,
    faultPlan: () => "",
    mintKey: () => `key-${++world.keys}`,
    tabName: () => "k7qd",
    now: () => Date.now(),
    isOnline: () => world.online,
    isVisible: () => true,
    withLock: async (_order, decide) => decide(),
    tellOthers: () => {},
  };
  const open = () => new IntentStore(orderId, ports);
  return { world, sent, stored, open };
}

const press = (store: IntentStore) =>
  store.press({ account, input, whenSaved: () => Promise.resolve() });
const screen = (store: IntentStore) => screenOf(store.view(), false);

/** Lets a page that was opened again do what it does by itself. */
async function reopen(open: () => IntentStore): Promise<IntentStore> {
  const store = open();
  store.attach(account);
  await vi.advanceTimersByTimeAsync(0);
  return store;
}

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

  it("joins the intent that holds the order, and never sends that one's key", async () => {
    const { open, sent, world } = browser({ runs: [refused("ORDER_BUSY", 409)] });
    world.order = { status: "draft", intents: [{ idempotencyKey: "key-x", state: "in_progress" }] };
    world.status = { state: "in_progress" };
    const store = open();
    await press(store);
    expect(store.view().record?.idempotencyKey).toBe("key-x");
    world.status = { state: "completed", result: paid };
    await vi.advanceTimersByTimeAsync(2000);
    expect(screen(store)).toBe("paid-replayed");
    expect(sent.map((send) => send.key)).toEqual(["key-1"]);
  });
});

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

  it("an expired key asks the order: paid is a receipt, unpaid is too old", async () => {
    const { open, world } = await abandoned();
    world.status = { state: "expired" };
    const { status: _paid, orderId: _order, ...charge } = paid;
    world.order = { status: "paid", intents: [], charge };
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
