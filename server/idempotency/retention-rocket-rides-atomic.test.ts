import { beforeEach, expect, test } from "vitest";
import { CountingBank } from "../test-kit/counting-bank.ts";
import { Intent, rowOf, type RunOptions, writtenOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { reap, forget } from "./reap.ts";

const db = packageUnderTest();
const windowHours = { "test.charge": 72 };

async function age(intent: Intent, by: string) {
  await db.owner`update idempotency_keys
      set created_at = created_at - ${by}::interval, updated_at = updated_at - ${by}::interval, lease_until = lease_until - ${by}::interval
    where key = ${intent.key}`;
}

async function ended(run: RunOptions = {}, options = {}): Promise<Intent> {
  const intent = new Intent(db.pool, options);
  await intent.run(run).catch(() => undefined);
  return intent;
}

const paid = () => ended();
const declined = () =>
  ended({
    handler: async (attempt, its) => attempt.commit(await its.ask(attempt), { keepsOrder: false }),
  });
const voided = async () => {
  const intent = new Intent(db.pool);
  intent.bank.mishaps.push("refuses");
  await intent.run().catch(() => undefined);
  await intent.run({ onAbandon: "void" }).catch(() => undefined);
  return intent;
};
const unfinished = {
  released: async () => {
    const intent = new Intent(db.pool);
    intent.bank.mishaps.push("refuses");
    await intent.run().catch(() => undefined);
    return intent;
  },
  unknown: async () => {
    const intent = new Intent(db.pool);
    intent.bank.mishaps.push("loses the answer");
    await intent.run().catch(() => undefined);
    return intent;
  },
  needs_review: async () => {
    const intent = new Intent(db.pool);
    intent.bank.mishaps.push("sees another request");
    await intent.run().catch(() => undefined);
    return intent;
  },
  in_progress: async () => {
    const intent = new Intent(db.pool);
    intent.bank.busy = () => new Promise(() => {});
    void intent.run().catch(() => undefined);
    await expect.poll(() => intent.bank.sends).toEqual([1]);
    return intent;
  },
};

async function stepsOf({ key }: Intent) {
  const [row] =
    await db.owner`select count(*)::integer as n from idempotency_steps where key = ${key}`;
  return row?.["n"];
}

beforeEach(async () => {
  await db.owner`truncate idempotency_keys, idempotency_steps, effects`;
});

test("an answer 73 h old ends: its key is 412 KEY_EXPIRED, the handler does not run, one charge stays one", async () => {
  const intent = await paid();
  await age(intent, "73 hours");
  expect(await reap(db.pool.db, { windowHours })).toBe(1);

  await expect(intent.run()).rejects.toMatchObject({ code: "KEY_EXPIRED" });
  await expect(intent.run({ input: { another: "request" } })).rejects.toMatchObject({
    code: "KEY_REUSED",
  });
  expect(intent.bank.sends).toEqual([1]);
  expect(await rowOf(db.owner, intent)).toMatchObject({
    state: "expired",
    answer: null,
    effects: 1,
  });
  expect(await stepsOf(intent)).toBe(0);
});

test("within its window an answer is given again, and a second round ends nothing twice", async () => {
  const [young, old] = [await paid(), await paid()];
  const { text } = await young.run();
  await age(young, "71 hours");
  await age(old, "73 hours");
  expect(await reap(db.pool.db, { windowHours })).toBe(1);
  expect(await reap(db.pool.db, { windowHours })).toBe(0);
  expect(await young.run()).toEqual({ text, replayed: true, attempt: 1 });
});

test("a round with nothing to end reads no answer that is in its window, however many there are", async () => {
  await db.owner`insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, answer)
    select 'many', gen_random_uuid(), 'test.charge', 'v1:', '{}', false, 'completed', 1, now(), '{}' from generate_series(1, 3000)`;
  await db.owner`analyze idempotency_keys`;
  const read = async () => {
    await db.pool.sql`select pg_stat_force_next_flush()`;
    const [row] = await db.owner`
      select idx_tup_read::integer as n from pg_stat_user_indexes where indexrelname = 'idempotency_replayable'`;
    return Number(row?.["n"]);
  };
  const before = await read();
  expect(await reap(db.pool.db, { windowHours })).toBe(0);
  expect((await read()) - before).toBeLessThan(10);
});

test("each operation has a window of its own, and one that nobody names has 72 h", async () => {
  const intent = await paid();
  await age(intent, "73 hours");
  expect(await reap(db.pool.db, { windowHours: { "test.charge": 1_000 } })).toBe(0);
  await age(intent, "1000 hours");
  expect(await reap(db.pool.db, { windowHours: { "test.charge": 1_000, another: 1 } })).toBe(1);

  const unnamed = await paid();
  await age(unnamed, "71 hours");
  expect(await reap(db.pool.db)).toBe(0);
  await age(unnamed, "2 hours");
  expect(await reap(db.pool.db)).toBe(1);
});

test.each(["released", "unknown", "needs_review", "in_progress"] as const)(
  "a key that is %s is never cleaned, whatever its age: not a byte of it",
  async (state) => {
    const intent = await unfinished[state]();
    await age(intent, "100 hours");
    expect(await rowOf(db.owner, intent)).toMatchObject({ state });
    const written = await writtenOf(db.owner, intent);
    expect(await reap(db.pool.db, { windowHours: { "test.charge": 0 } })).toBe(0);
    expect(await forget(db.pool.db)).toBe(0);
    expect(await writtenOf(db.owner, intent)).toBe(written);
  },
);

test("cleaning keeps a paid order shut and a declined or voided one open (CORE-16)", async () => {
  for (const [make, shut] of [
    [paid, true],
    [declined, false],
    [voided, false],
  ] as const) {
    const intent = await make();
    await age(intent, "73 hours");
    expect(await reap(db.pool.db, { windowHours })).toBe(1);
    await expect(intent.run()).rejects.toMatchObject({ code: "KEY_EXPIRED" });
    const another = new Intent(db.pool, { account: intent.account, orderId: intent.orderId });
    const outcome = another.run();
    if (shut) await expect(outcome).rejects.toMatchObject({ code: "ORDER_PAID" });
    else expect(await outcome).toMatchObject({ replayed: false });
  }
});

test("the application's role ends answers and can remove nothing by itself; Postgres refuses to end what is not over", async () => {
  const intent = await unfinished.unknown();
  for (const table of ["idempotency_keys", "idempotency_steps"]) {
    await expect(db.pool.sql.unsafe(`delete from ${table}`)).rejects.toMatchObject({
      code: "42501",
    });
  }
  for (const state of ["unknown", "in_progress", "needs_review", "released"]) {
    await db.owner`update idempotency_keys set state = ${state}, fence = fence + 1 where key = ${intent.key}`;
    await expect(
      db.owner`update idempotency_keys set state = 'expired' where key = ${intent.key}`,
    ).rejects.toMatchObject({ code: "23000" });
  }
});

test("two reapers at once end each answer once, and neither waits for a row that somebody holds", async () => {
  const intents = await Promise.all(Array.from({ length: 24 }, paid));
  for (const intent of intents) await age(intent, "73 hours");
  const held = intents[0];
  await db.owner.begin(async (tx) => {
    await tx`select 1 from idempotency_keys where key = ${held?.key ?? ""} for update`;
    const counts = await Promise.all([
      reap(db.pool.db, { windowHours, batchMax: 5 }),
      reap(db.another.db, { windowHours, batchMax: 5 }),
    ]);
    // A batch that came out short because its rows were taken ends that reaper's round; the next one goes on.
    const rest = await reap(db.pool.db, { windowHours, batchMax: 5 });
    expect(counts[0] + counts[1] + rest).toBe(23);
  });
  expect(await reap(db.pool.db, { windowHours })).toBe(1);
});

test("while a batch is being cleaned, nobody who asks for an answer, claims a key or finishes one waits for it", async () => {
  const [old, running] = [await paid(), new Intent(db.pool, { limits: { leaseMs: 5_000 } })];
  const { text } = await old.run();
  await age(old, "73 hours");
  await db.owner.begin(async (tx) => {
    await tx`select * from idempotency_reap('test.charge', 72, 500, '-infinity')`;
    const startedAt = performance.now();
    expect(await old.run()).toEqual({ text, replayed: true, attempt: 1 });
    expect(await running.run()).toMatchObject({ replayed: false });
    const ofSameAccount = new Intent(db.pool, { account: old.account });
    expect(await ofSameAccount.run()).toMatchObject({ replayed: false });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
  await expect(old.run()).rejects.toMatchObject({ code: "KEY_EXPIRED" });
});

test("with a reaper that does not look at the state, a payment in doubt is forgotten, and a bank without keys charges twice", async () => {
  const careless = async () => {
    await db.owner`delete from idempotency_steps s using idempotency_keys k
      where k.key = s.key and k.updated_at < clock_timestamp() - interval '72 hours'`;
    await db.owner`delete from idempotency_keys where updated_at < clock_timestamp() - interval '72 hours'`;
  };
  for (const [clean, charges] of [
    [() => reap(db.pool.db, { windowHours }), 1],
    [careless, 2],
  ] as const) {
    const intent = new Intent(db.pool, { bank: new CountingBank("forgetful") });
    intent.bank.mishaps.push("loses the answer");
    await intent.run().catch(() => undefined);
    await age(intent, "100 hours");
    await clean();
    await intent.run();
    expect(intent.bank.charges).toHaveLength(charges);
  }
});
