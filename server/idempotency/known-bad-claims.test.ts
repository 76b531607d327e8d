import { expect, test } from "vitest";
import { charge, Intent, never, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { replacing, rewritingStore } from "../test-kit/rewriting-store.ts";
import { IdempotencyError } from "./errors.ts";
import { forgetRecent } from "./recent-keys.ts";
import type { Store } from "./store.ts";

/** Each defence of the claim taken out, and the damage that the suite looks for. See known-bad.test.ts. */
const db = packageUnderTest();

async function told(run: Promise<{ text: string; replayed: boolean }>): Promise<string> {
  return await run.then(
    ({ replayed }) => (replayed ? "replayed" : "answered"),
    (error: unknown) => (error instanceof IdempotencyError ? error.code : String(error)),
  );
}

/** How much of a lease is left right after a take-over that waited half a second for the row. */
async function leaseAfterWait(store: Store): Promise<number> {
  const intent = new Intent(db.pool, { limits: { leaseMs: 4_000 } });
  void intent.run({
    limits: { leaseMs: 0 },
    onEvent: ({ point }) => (point === "after-claim" ? never : Promise.resolve()),
  });
  await expect.poll(() => rowOf(db.owner, intent)).toBeDefined();
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const holding = db.owner.begin(async (tx) => {
    await tx`select 1 from idempotency_keys where key = ${intent.key} for update`;
    locked();
    await pause(500);
  });
  await isLocked;
  let left = 0;
  await intent.run({
    store,
    async onEvent({ point }) {
      if (point === "after-claim")
        left = ((await rowOf(db.owner, intent))?.leaseLeftMs ?? 0) / 4_000;
    },
  });
  await holding;
  return left;
}

test("with now() for the lease, a take-over that waited for its row has less than 95 % left", async () => {
  expect(await leaseAfterWait(db.pool.db)).toBeGreaterThan(0.95);
  const standsStill = rewritingStore(
    db.pool.db,
    replacing("with target", [/lease_until = clock_timestamp\(\) \+/, "lease_until = now() +"]),
  );
  expect(await leaseAfterWait(standsStill.store)).toBeLessThan(0.95);
  expect(standsStill.counted.rewritten).toBe(1);
});

test("with a key that is looked up without its account, the second buyer gets the first one's answer", async () => {
  const first = new Intent(db.pool);
  const { key, orderId } = first;
  await first.run();
  const sound = new Intent(db.pool, { key, orderId });
  expect(await told(sound.run())).toBe("answered");

  const unscoped = rewritingStore(
    db.pool.db,
    replacing("with seen", [/where account = \$\d+ and key =/, "where key ="]),
  );
  const bad = new Intent(db.pool, { key, orderId });
  expect(await told(bad.run({ store: unscoped.store }))).toBe("replayed");
  expect(bad.bank.charges).toHaveLength(0);
});

test("with the fingerprint left out, another request under the same key is told of a success that is not its own", async () => {
  const blind = rewritingStore(db.pool.db, (text) => {
    const mine = /insert into idempotency_keys[^$]*\$\d+, \$\d+::uuid, \$\d+, (\$\d+)/.exec(
      text,
    )?.[1];
    return (
      mine &&
      text.replace(
        "select procedure, fingerprint,",
        `select procedure, ${mine}::text as fingerprint,`,
      )
    );
  });
  const intent = new Intent(db.pool);
  await intent.run();
  const other = { input: { another: "request" } };
  expect(await told(intent.run(other))).toBe("KEY_REUSED");
  forgetRecent();
  expect(await told(intent.run({ ...other, store: blind.store }))).toBe("replayed");
});

test("with a claim that checks and then acts, 20 first requests are many runs of the handler", async () => {
  // As when every check ran before anybody's act; the upsert then makes everybody a first.
  const upsert = replacing(
    "with seen",
    [/from idempotency_keys where/, "from idempotency_keys where false and"],
    [/do nothing/, "do update set updated_at = clock_timestamp()"],
  );
  // One or two of the 20 may meet the order's index before the key's own and look again.
  const many = 10;
  let firsts = 20;
  const checking = rewritingStore(db.pool.db, (text) => {
    if (firsts === 0) return undefined;
    const changed = upsert(text);
    if (changed !== undefined) firsts -= 1;
    return changed;
  });
  for (const [store, runs] of [
    [db.pool.db, 1],
    [checking.store, many],
  ] as const) {
    const intent = new Intent(db.pool, { marks: "at its step" });
    let handled = 0;
    const counting: typeof charge = async (attempt) => {
      handled += 1;
      return await charge(attempt, intent);
    };
    await Promise.all(
      Array.from({ length: 20 }, () => told(intent.run({ store, handler: counting }))),
    );
    expect(Math.min(handled, many)).toBe(runs);
  }
});

test("with a violation of the order's index taken at its word, a mere duplicate is told to join another", async () => {
  // Of 20 duplicates at once about one in a hundred meets the order's index before its own; here, every first claim.
  const meetsOrderFirst = replacing(
    "with seen",
    [/from idempotency_keys where/, "from idempotency_keys where false and"],
    [/select (\$\d+), \$\d+::uuid/, "select $1, gen_random_uuid()"],
  );
  const hasty = replacing(
    "holder.state as holder_state",
    [/k\.state, k\.fence/, "null as state, k.fence"],
    [/and holder\.key <> \$\d+/, ""],
  );
  for (const [second, outcome] of [
    [() => undefined, "replayed"],
    [hasty, "ORDER_PAID"],
  ] as const) {
    const intent = new Intent(db.pool);
    await intent.run();
    forgetRecent();
    let firsts = 1;
    const { store, counted } = rewritingStore(db.pool.db, (text) =>
      text.includes("with seen") && firsts-- > 0 ? meetsOrderFirst(text) : second(text),
    );
    expect(await told(intent.run({ store }))).toBe(outcome);
    expect(counted.rewritten).toBeGreaterThan(0);
  }
});

test("with the answer kept as jsonb, the replay has other bytes than the first answer", async () => {
  const asJsonb = rewritingStore(
    db.pool.db,
    replacing("state = 'completed', answer", [
      /answer = (\$\d+)/,
      "answer = $1::text::jsonb::text",
    ]),
  );
  const answer = { z: 1, reference: "10.50", a: 1e2 };
  for (const [store, same] of [
    [db.pool.db, true],
    [asJsonb.store, false],
  ] as const) {
    const intent = new Intent(db.pool);
    const handler: typeof charge = (attempt) => attempt.commit(answer);
    const first = await intent.run({ store, handler });
    expect((await intent.run({ store, handler })).text === first.text).toBe(same);
  }
});
