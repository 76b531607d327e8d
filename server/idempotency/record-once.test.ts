import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, expect, test } from "vitest";
import { Intent } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { withExecute } from "../test-kit/with-execute.ts";
import { recordOnce, type RecordOnce } from "./index.ts";
import { forgetRecent } from "./recent-keys.ts";

const db = packageUnderTest();

beforeAll(async () => {
  await db.owner`create table notes (note_id uuid primary key, key uuid not null, size integer check (size > 0))`;
  await db.owner`grant insert on notes to payonce_app`;
});

function note(more: Partial<RecordOnce<{ noted: true }>> & { size?: number } = {}) {
  const { size = 1, ...given } = more;
  return recordOnce({
    store: db.pool.db,
    account: "writer",
    key: uuidv7(),
    procedure: "notes.add",
    input: { size },
    answer: { noted: true as const },
    effects: [sql`insert into notes select gen_random_uuid(), key, ${size}::integer from done`],
    ...given,
  });
}

const notesOf = async (key: string) =>
  (await db.owner`select 1 from notes where key = ${key}`).length;
const keysOf = async (key: string) =>
  (await db.owner`select 1 from idempotency_keys where key = ${key}`).length;

test("the effect, its key and its answer are one commit, and asking again gives the same bytes and does nothing", async () => {
  const key = uuidv7();
  const first = await note({ key });
  expect(first).toEqual({ text: '{"noted":true}', replayed: false, attempt: 1 });
  expect(await note({ key })).toEqual({ ...first, replayed: true });
  expect(await notesOf(key)).toBe(1);
});

test("of 50 at once one writes, and all get its answer", async () => {
  const key = uuidv7();
  const answers = await Promise.all(Array.from({ length: 50 }, () => note({ key })));
  expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(await notesOf(key)).toBe(1);
});

test("the same key with another request is refused, and writes nothing", async () => {
  const key = uuidv7();
  await note({ key });
  await expect(note({ key, size: 2 })).rejects.toMatchObject({ code: "KEY_REUSED" });
  expect(await notesOf(key)).toBe(1);
});

test("a deploy that reads one more member with a default gives a record its bytes again, and another request is another one", async () => {
  const key = uuidv7();
  await note({ key });
  const reads = (recorded: unknown) => ({ colour: "red", ...(recorded as object) });
  const input = { size: 1, colour: "red" };
  await expect(note({ key, input })).rejects.toMatchObject({ code: "KEY_REUSED" });
  expect(await note({ key, input, reads })).toMatchObject({
    text: '{"noted":true}',
    replayed: true,
  });
  const away = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const unread = withExecute(db.pool.db, "select input", () => Promise.reject(away));
  await expect(note({ key, input, reads, store: unread })).rejects.toMatchObject({
    code: "OUTCOME_UNKNOWN",
  });
  const other = note({ key, input: { ...input, colour: "blue" }, reads });
  await expect(other).rejects.toMatchObject({ code: "KEY_REUSED" });
  expect(await notesOf(key)).toBe(1);
});

test("an effect that Postgres refuses leaves no key behind: mended, it is written under the same key", async () => {
  const key = uuidv7();
  await expect(note({ key, size: 0 })).rejects.toMatchObject({ code: "RELEASED" });
  expect(await keysOf(key)).toBe(0);
  expect(await note({ key })).toMatchObject({ replayed: false });
});

test("one key records for an order, whatever keys come at once", async () => {
  const orderId = uuidv7();
  const settled = await Promise.allSettled(
    Array.from({ length: 20 }, () => note({ key: uuidv7(), orderId })),
  );
  const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
  expect(refused).toEqual(Array.from({ length: 19 }, () => "ORDER_PAID"));
});

test("an order whose payment is under way is busy and not paid, whoever asks; declined, it is free", async () => {
  const paying = new Intent(db.pool, { account: "writer" });
  let answered = () => {};
  paying.bank.busy = () => new Promise((resolve) => (answered = resolve));
  const payment = paying.run({
    async handler(attempt) {
      return await attempt.commit(await paying.ask(attempt), { keepsOrder: false });
    },
  });
  await expect.poll(() => paying.bank.sends).toEqual([1]);
  const key = uuidv7();
  await expect(note({ key, orderId: paying.orderId })).rejects.toMatchObject({
    code: "ORDER_BUSY",
    detail: { intentId: paying.key },
  });
  const away = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const store = withExecute(db.pool.db, "select key, state from", () => Promise.reject(away));
  const unasked = note({ key, orderId: paying.orderId, store });
  await expect(unasked, "nothing was written").rejects.toMatchObject({ code: "RELEASED" });
  answered();
  await payment;
  expect(await note({ key, orderId: paying.orderId })).toMatchObject({ replayed: false });
});

test("one key under two accounts is two records", async () => {
  const key = uuidv7();
  await note({ key });
  expect(await note({ key, account: "neighbour" })).toMatchObject({ replayed: false });
  expect(await notesOf(key)).toBe(2);
});

test("where the acknowledgement of the commit is lost, what stands in the table is the answer", async () => {
  const key = uuidv7();
  const { db: store } = db.pool;
  let lost = false;
  const forgetful: RecordOnce<unknown>["store"] = new Proxy(store, {
    get(target, name) {
      if (name !== "execute") return Reflect.get(target, name, target);
      return async (statement: Parameters<typeof store.execute>[0]) => {
        const rows = await target.execute(statement);
        if (lost) return rows;
        lost = true;
        throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
      };
    },
  });
  expect(await note({ key, store: forgetful })).toMatchObject({ text: '{"noted":true}' });
  expect(lost).toBe(true);
  expect(await notesOf(key)).toBe(1);
});

/** By an ordinary query builder. */
const inTransaction = (key: string, size = 1) => ({
  key,
  size,
  effects: async (tx: Pick<RecordOnce<unknown>["store"], "execute">) =>
    void (await tx.execute(sql`insert into notes values (gen_random_uuid(), ${key}, ${size})`)),
});

test("an effect of ordinary statements is one commit with its key, and of 20 at once over two instances one writes", async () => {
  const key = uuidv7();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      note({ ...inTransaction(key), store: (at % 2 ? db.pool : db.another).db }),
    ),
  );
  expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(await notesOf(key)).toBe(1);
  await expect(note({ ...inTransaction(key), size: 2 })).rejects.toMatchObject({
    code: "KEY_REUSED",
  });
  expect(await notesOf(key)).toBe(1);
});

test("a transaction that fails half way leaves no key behind: mended, it is written under the same key", async () => {
  const key = uuidv7();
  const halfWay: RecordOnce<unknown>["effects"] = async (tx) => {
    await inTransaction(key).effects(tx);
    throw new Error("half way");
  };
  await expect(note({ key, effects: halfWay })).rejects.toMatchObject({ code: "RELEASED" });
  await expect(note(inTransaction(key, 0))).rejects.toMatchObject({ code: "RELEASED" });
  expect([await keysOf(key), await notesOf(key)]).toEqual([0, 0]);
  expect(await note({ ...inTransaction(key), size: 1 })).toMatchObject({ replayed: false });
  expect(await notesOf(key)).toBe(1);
});

test("with the transaction committed although its key was there already, the effect is written twice", async () => {
  const { db: store } = db.pool;
  const key = uuidv7();
  await note(inTransaction(key));
  forgetRecent();
  expect(await note(inTransaction(key))).toMatchObject({ replayed: true });
  expect(await notesOf(key)).toBe(1);
  forgetRecent();
  const committing: typeof store = new Proxy(store, {
    get(target, name) {
      if (name !== "transaction") return Reflect.get(target, name, target);
      const transaction: typeof store.transaction = async (run) => {
        let told: unknown;
        await target.transaction((tx) => run(tx).catch((error: unknown) => void (told = error)));
        throw told;
      };
      return transaction;
    },
  });
  expect(await note({ ...inTransaction(key), store: committing })).toMatchObject({
    replayed: true,
  });
  expect(await notesOf(key)).toBe(2);
});
