import { expect, test } from "vitest";
import { Intent, type IntentOptions, pause } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { takeSeat } from "./waiting-room.ts";

const db = packageUnderTest();

/** An intent whose first attempt is with its bank until `answer` is called. */
async function underWay(options: IntentOptions = {}) {
  const intent = new Intent(db.pool, { limits: { leaseMs: 8_000, waitMs: 4_000 }, ...options });
  let answer = () => {};
  const open = new Promise<void>((resolve) => (answer = resolve));
  intent.bank.busy = () => open;
  const running = intent.run();
  await expect.poll(() => intent.bank.sends).toEqual([1]);
  return { intent, running, answer };
}

/** What each of so many duplicates is told. */
function duplicates(intent: Intent, count: number): Promise<string>[] {
  return Array.from({ length: count }, () =>
    intent.run().then(
      ({ text }) => text,
      ({ code }: { code: string }) => code,
    ),
  );
}

const toldAtOnce = (outcomes: Promise<string>[]) => {
  const told: string[] = [];
  for (const outcome of outcomes) void outcome.then((what) => told.push(what));
  return told;
};

test("50 wait for one key, whoever comes after them is told IN_PROGRESS at once, and another key's duplicates still find room", async () => {
  const crowded = await underWay();
  const outcomes = duplicates(crowded.intent, 80);
  const told = toldAtOnce(outcomes);
  await expect.poll(() => told.length, { timeout: 2_500 }).toBe(30);

  const quiet = await underWay();
  const few = duplicates(quiet.intent, 10);
  await pause(100);
  quiet.answer();
  const { text } = await quiet.running;
  expect(await Promise.all(few)).toEqual(few.map(() => text));

  crowded.answer();
  const answered = (await crowded.running).text;
  expect((await Promise.all(outcomes)).filter((what) => what === answered)).toHaveLength(50);
  expect(told.filter((what) => what === "IN_PROGRESS")).toHaveLength(30);
  expect(crowded.intent.bank.charges).toHaveLength(1);
});

test("a seat is given back however the wait ends", async () => {
  const { intent, running, answer } = await underWay({ limits: { leaseMs: 8_000, waitMs: 150 } });
  for (let round = 0; round < 3; round += 1) {
    const told = await Promise.all(duplicates(intent, 50));
    expect(new Set(told)).toEqual(new Set(["IN_PROGRESS"]));
  }
  answer();
  await running;
  const seats = Array.from({ length: 51 }, () => takeSeat(intent));
  expect(seats.map((seat) => seat !== undefined)).toEqual([...Array(50).fill(true), false]);
  for (const giveBack of seats) giveBack?.();
});

test("100 seats in a process, 75 of them for one account and 50 for one key: whoever has many duplicates leaves room for the others", () => {
  const of = (account: string, key: string) =>
    Array.from({ length: 60 }, () => takeSeat({ account, key })).filter((seat) => seat);
  const [a, b, c] = [of("one", "a"), of("one", "b"), of("one", "c")];
  expect([a, b, c].map((seats) => seats.length)).toEqual([50, 25, 0]);
  const others = of("another", "a");
  expect(others).toHaveLength(25);
  expect(takeSeat({ account: "a third", key: "a" })).toBeUndefined();
  a.shift()?.();
  const seat = takeSeat({ account: "a third", key: "a" });
  expect(seat).toBeDefined();
  for (const giveBack of [...a, ...b, ...others, seat]) giveBack?.();
});
