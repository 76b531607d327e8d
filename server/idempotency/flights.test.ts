import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { recordOnce, type RecordOnce } from "./index.ts";
import type { Intent } from "./core/key-row.ts";
import { forgetRecent } from "./recent-keys.ts";
import type { Store } from "./store.ts";

const db = packageUnderTest();

beforeAll(async () => {
  await db.owner`create table notes (key uuid not null, account text not null, size integer check (size > 0))`;
  await db.owner`grant insert on notes to payonce_app`;
});
afterEach(() => {
  vi.doUnmock("./flights.ts");
  vi.resetModules();
});

type Note = Partial<RecordOnce<unknown>> & { size?: number };
const noting = (record: typeof recordOnce, { size = 1, ...given }: Note) =>
  record({
    store: db.pool.db,
    account: "writer",
    key: uuidv7(),
    procedure: "notes.add",
    input: { size },
    answer: { size },
    effects: [sql`insert into notes select key, account, ${size}::integer from done`],
    ...given,
  });
const note = (given: Note) => noting(recordOnce, given);

/** The pool as one process has it, and how many statements it was asked for. */
function counting() {
  const counted = { statements: 0 };
  const { db: pool } = db.pool;
  const store: Store = new Proxy(pool, {
    get(target, name) {
      if (name === "execute") counted.statements += 1;
      return Reflect.get(target, name, target);
    },
  });
  return { store, counted };
}

const notesOf = async (key: string) =>
  (await db.owner`select account, size from notes where key = ${key} order by 1, 2`).map((row) => [
    row["account"],
    row["size"],
  ]);

const told = (outcome: Promise<{ text: string; replayed: boolean }>) =>
  outcome.then(
    ({ text, replayed }) => `${text} ${replayed ? "again" : "first"}`,
    ({ code }: { code: string }) => code,
  );

test("eight duplicates at once in one process are one statement, one effect and one answer", async () => {
  const { store, counted } = counting();
  const key = uuidv7();
  const answers = await Promise.all(Array.from({ length: 8 }, () => told(note({ store, key }))));
  expect(answers.toSorted()).toEqual(
    ['{"size":1} first', ...Array(7).fill('{"size":1} again')].toSorted(),
  );
  expect(counted.statements).toBe(1);
  expect(await notesOf(key)).toEqual([["writer", 1]]);
});

test("eight duplicates in a process that comes second are one try and one look", async () => {
  const { store, counted } = counting();
  const key = uuidv7();
  await note({ key });
  forgetRecent();
  const answers = await Promise.all(Array.from({ length: 8 }, () => told(note({ store, key }))));
  expect(answers).toEqual(Array(8).fill('{"size":1} again'));
  expect(counted.statements).toBe(2);
});

const OTHERS = {
  account: { account: "neighbour", answer: { of: "the neighbour" } },
  fingerprint: { size: 2 },
  procedure: { procedure: "notes.drop" },
} satisfies Record<string, Note>;

/** One key at the same moment, by two who differ in one thing. */
async function both(record: typeof recordOnce, differsIn: keyof typeof OTHERS) {
  const key = uuidv7();
  const asked = [noting(record, { key }), noting(record, { key, ...OTHERS[differsIn] })];
  return { answers: await Promise.all(asked.map(told)), notes: await notesOf(key) };
}

test("nobody shares another account's, another request's or another procedure's statement", async () => {
  const { answers, notes } = await both(recordOnce, "account");
  expect(answers).toEqual(['{"size":1} first', '{"of":"the neighbour"} first']);
  expect(notes).toHaveLength(2);
  for (const differsIn of ["fingerprint", "procedure"] as const) {
    const { answers: two, notes: one } = await both(recordOnce, differsIn);
    expect(two).toContain("KEY_REUSED");
    expect(one).toHaveLength(1);
  }
});

/** `recordOnce` whose duplicates find each other by less than they should. */
async function knownBad(blurred: Partial<Intent>): Promise<typeof recordOnce> {
  vi.resetModules();
  vi.doMock("./flights.ts", async (original) => {
    const sound = await original<typeof import("./flights.ts")>();
    return {
      flightOf: (store, intent) => sound.flightOf(store, { ...intent, ...blurred }),
      fly: (store, intent, ...rest) => sound.fly(store, { ...intent, ...blurred }, ...rest),
    } satisfies typeof sound;
  });
  return (await import("./record-once.ts")).recordOnce;
}

test("with a statement shared across accounts, the neighbour is told of a success that is not his", async () => {
  const { answers, notes } = await both(await knownBad({ account: "anybody" }), "account");
  expect(answers).toEqual(['{"size":1} first', '{"size":1} again']);
  expect(notes).toEqual([["writer", 1]]);
});

test("where the first one's statement fails, the duplicates go on by themselves", async () => {
  const { store, counted } = counting();
  const key = uuidv7();
  let failing = true;
  const breaking: Store = new Proxy(store, {
    get(target, name) {
      if (name !== "execute" || !failing) return Reflect.get(target, name, target);
      failing = false;
      return () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => told(note({ store: breaking, key }))),
  );
  expect(answers[0]).toBe("STORE_UNAVAILABLE");
  expect(answers.slice(1).filter((answer) => answer.endsWith("first"))).toHaveLength(1);
  expect(new Set(answers.slice(1).map((answer) => answer.split(" ")[0])).size).toBe(1);
  expect(counted.statements).toBeGreaterThan(1);
  expect(await notesOf(key)).toEqual([["writer", 1]]);
});

test("whoever asks first may go away: a listener of his that never returns holds nobody up", async () => {
  const key = uuidv7();
  const gone = note({
    key,
    onEvent: ({ point }) => (point === "after-commit" ? new Promise(() => {}) : Promise.resolve()),
  });
  void gone.catch(() => undefined);
  const listening = { key, onEvent: () => Promise.resolve() };
  const others = await Promise.all(Array.from({ length: 7 }, () => told(note(listening))));
  expect(others).toEqual(Array(7).fill('{"size":1} again'));
  expect(await notesOf(key)).toEqual([["writer", 1]]);
});

test("nothing is kept of an answer: once its record has ended, the key is refused in this process too", async () => {
  const key = uuidv7();
  await Promise.all([note({ key }), note({ key })]);
  await db.owner`update idempotency_keys set state = 'expired', answer = null, input = '' where key = ${key}`;
  expect(await told(note({ key }))).toBe("KEY_EXPIRED");
});
