import { afterEach, describe, expect, it, vi } from "vitest";
import { createIntent, type KeyStatus } from "./create-intent.ts";
import { intentLife } from "./intent-life.ts";
import type { IntentRecord } from "./intent-record.ts";
import { makeKey } from "./make-key.ts";
import type { SendOutcome } from "./read-outcome.ts";

type Input = { item: string };
type Answer = { status: "bought" | "declined" };

const life = intentLife<Input, Answer>({
  keepsOrder: ({ status }) => status === "bought",
  isInput: (value): value is Input =>
    typeof value === "object" && value !== null && "item" in value,
});
const lost: SendOutcome = { kind: "no-answer", httpStatus: null };
const no = { kind: "refused" as const, sameKey: false, retryAfterMs: null, message: "no" };
const refusedWith = (code: string | null, httpStatus: number): SendOutcome => ({
  ...no,
  code,
  httpStatus,
});
const refused = refusedWith(null, 400);

/** A browser of a few lines; `ends` are how the sends end, in order. */
function browser(ends: (Answer | SendOutcome)[], status?: KeyStatus<Answer>) {
  let text: string | null = null;
  const world = { inFlight: () => {} };
  const sent: { key: string; item: string; stored: string | undefined }[] = [];
  const read = () => life.readRecord(text, "order-1");
  const keeper = {
    read,
    write(record: IntentRecord<Input, Answer>) {
      text = JSON.stringify(record);
      return { record, kept: true };
    },
    async succeed(record: IntentRecord<Input, Answer>) {
      return this.write(record);
    },
    forget: () => void (text = null),
  };
  const open = () =>
    createIntent<Input, Answer>({
      orderId: "order-1",
      account: "a",
      life,
      keeper,
      ...(status && { status: async () => status }),
      async send({ item, idempotencyKey: key }, watch) {
        watch.began(1);
        sent.push({ key, item, stored: read()?.idempotencyKey });
        world.inFlight();
        await Promise.resolve();
        const end = ends.shift() ?? { status: "bought" };
        if ("kind" in end) {
          watch.ended(end);
          throw new Error("no answer");
        }
        watch.ended({ kind: "answered", replayed: false });
        return end;
      },
    });
  /** The page dies while its first send is under way: storage keeps what it held then. */
  async function dieInMidSend(input: Input) {
    let atDeath: string | null = null;
    world.inFlight = () => (atDeath = text);
    await open().press(input);
    world.inFlight = () => {};
    text = atDeath;
  }
  return { open, sent, keeper, world, dieInMidSend };
}

describe("a decision in the browser", () => {
  it("stores its key before the first send", async () => {
    const { open, sent } = browser([]);
    await open().press({ item: "tea" });
    expect(sent).toEqual([{ key: sent[0]?.key, item: "tea", stored: sent[0]?.key }]);
  });

  it("two presses in one turn are one send", async () => {
    const { open, sent } = browser([]);
    const intent = open();
    await Promise.all([intent.press({ item: "tea" }), intent.press({ item: "tea" })]);
    expect(sent).toHaveLength(1);
  });

  it("a lost answer is unknown; the next page sends the same key and the same input", async () => {
    const { open, sent } = browser([lost]);
    expect((await open().press({ item: "tea" })).phase).toEqual({ at: "unknown" });
    expect((await open().comeBack()).phase).toMatchObject({ at: "ended" });
    expect(sent.map(({ key, item }) => [key, item])).toEqual(
      Array.from({ length: 2 }, () => [sent[0]?.key, "tea"]),
    );
  });

  it("what another tab forgets stays in doubt on the page that sent it, under its key", async () => {
    const { open, sent, keeper } = browser([lost, refused]);
    const intent = open();
    await intent.press({ item: "tea" });
    keeper.forget();
    expect((await intent.press({ item: "mug" })).phase).toEqual({ at: "unknown" });
    expect(sent.map(({ key, item }) => [key, item])).toEqual(
      Array.from({ length: 2 }, () => [sent[0]?.key, "tea"]),
    );
  });

  it("a page that comes back asks before it sends", async () => {
    const { open, sent } = browser([lost], { state: "completed", result: { status: "bought" } });
    await open().press({ item: "tea" });
    expect((await open().comeBack()).phase).toMatchObject({ at: "ended", replayed: true });
    expect(sent).toHaveLength(1);
  });

  it("a bought order stays bought; a declined one is decided anew under a new key", async () => {
    const declined = browser([{ status: "declined" }]);
    const intent = declined.open();
    await intent.press({ item: "tea" });
    await intent.press({ item: "mug" });
    await intent.press({ item: "pot" });
    expect(declined.sent.map(({ item }) => item)).toEqual(["tea", "mug"]);
    expect(new Set(declined.sent.map(({ key }) => key)).size).toBe(2);
  });

  it("a refusal that ran nothing keeps the key for the mended input", async () => {
    const { open, sent } = browser([refused]);
    const intent = open();
    expect((await intent.press({ item: "" })).phase).toMatchObject({ at: "refused" });
    await intent.press({ item: "tea" });
    expect(sent.map(({ item }) => item)).toEqual(["", "tea"]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });
});

describe("a decision of long ago", () => {
  afterEach(() => void vi.useRealTimers());
  const minute = 60_000;

  it.each([
    ["eleven minutes later", 11 * minute],
    ["with the clock set back", -minute],
  ])("is not sent by itself %s, but by a press, under its key", async (_when, passed) => {
    vi.useFakeTimers();
    const { open, sent } = browser([lost], { state: "unknown" });
    await open().press({ item: "tea" });
    vi.setSystemTime(Date.now() + passed);
    const intent = open();
    expect((await intent.comeBack()).phase).toEqual({ at: "stale" });
    expect(sent).toHaveLength(1);
    expect((await intent.press({ item: "mug" })).phase).toMatchObject({ at: "ended" });
    expect(sent.map(({ key, item }) => [key, item])).toEqual(
      Array.from({ length: 2 }, () => [sent[0]?.key, "tea"]),
    );
  });

  it.each([
    [{ state: "completed" as const, result: { status: "bought" as const } }, "bought"],
    [{ state: "voided" as const }, "voided"],
    [{ state: "expired" as const }, "key-expired"],
  ])("is asked about all the same: %o ends it", async (status, ended) => {
    vi.useFakeTimers();
    const { open, sent } = browser([lost], status);
    await open().press({ item: "tea" });
    vi.setSystemTime(Date.now() + 11 * minute);
    const { phase } = await open().comeBack();
    expect(phase).toMatchObject({ at: "ended", ending: { status: ended } });
    expect(sent).toHaveLength(1);
  });
});

describe("a decision in doubt", () => {
  it("whose record is removed in mid-send is unknown, and the next page finds the key again", async () => {
    const { open, sent, keeper, world } = browser([refusedWith("OUTCOME_UNKNOWN", 503)]);
    world.inFlight = keeper.forget;
    expect((await open().press({ item: "tea" })).phase).toEqual({ at: "unknown" });
    world.inFlight = () => {};
    expect((await open().comeBack()).phase).toMatchObject({ at: "ended" });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it.each([
    ["KEY_EXPIRED", 412, "key-expired"],
    ["KEY_REUSED", 422, "key-reused"],
  ])("is not ended by %s: no press makes a new key before somebody has looked", async (...told) => {
    const [code, httpStatus, status] = told;
    const { open, sent } = browser([lost, refusedWith(code, httpStatus)]);
    const intent = open();
    await intent.press({ item: "tea" });
    await intent.press({ item: "tea" });
    const over = { record: { inDoubt: true }, phase: { at: "ended", ending: { status } } };
    expect(intent.view()).toMatchObject(over);
    expect(await intent.press({ item: "tea" })).toMatchObject(over);
    expect(await open().comeBack()).toMatchObject(over);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);

    expect(intent.looked().phase).toEqual({ at: "rest" });
    await intent.press({ item: "tea" });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it.each(["comeBack", "press"] as const)(
    "is what a page that died in mid-send leaves: %s that is refused does not say that nothing happened",
    async (how) => {
      const { open, dieInMidSend } = browser([lost, refusedWith("STORE_UNAVAILABLE", 503)]);
      await dieInMidSend({ item: "tea" });
      const next = open();
      const view = await (how === "press" ? next.press({ item: "tea" }) : next.comeBack());
      expect(view.phase).toEqual({ at: "unknown" });
    },
  );

  it("is what a running attempt leaves: asked about again, never called refused", async () => {
    const { open } = browser([refusedWith("IN_PROGRESS", 409)]);
    const view = await open().press({ item: "tea" });
    expect(view).toMatchObject({ record: { state: "unknown" }, phase: { at: "unknown" } });
  });

  it("a key that ran out without a doubt is spent at once", async () => {
    const { open, sent } = browser([refusedWith("KEY_EXPIRED", 412)]);
    const intent = open();
    await intent.press({ item: "tea" });
    await intent.press({ item: "tea" });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it("looking elsewhere does not end the doubt of a key that can still be asked about", async () => {
    const { open, sent } = browser([lost]);
    const intent = open();
    await intent.press({ item: "tea" });
    expect(intent.looked().record).toMatchObject({ inDoubt: true });
    await intent.press({ item: "tea" });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });
});

describe("a key", () => {
  it("is a version 7 UUID that carries its birth time", () => {
    const at = Date.UTC(2026, 10, 25);
    const key = makeKey(at);
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(key.replaceAll("-", "").slice(0, 12), 16)).toBe(at);
    expect(new Set(Array.from({ length: 1_000 }, () => makeKey(at))).size).toBe(1_000);
  });

  it("of a clock that is years behind has no birth time: it would be refused as outlived", () => {
    const key = makeKey(Date.UTC(2019, 0, 1));
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 1_000 }, () => makeKey(0))).size).toBe(1_000);
  });
});
