import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { canonicalJson, fingerprint } from "../fingerprint.ts";
import { type Operation, reapOperations, resumeOperations, runOperation } from "./index.ts";

const db = packageUnderTest();
const keeping = () => ({ store: db.pool.db, namespace: "test" });

const input = z.object({ seats: z.number().int() });
interface Scope {
  charge: (account: string) => void;
}
type Booking = Operation<Scope, typeof input, z.ZodObject<{ charged: z.ZodNumber }>>;

function booking(procedure: string, more: Partial<Booking> = {}): Booking {
  return {
    procedure,
    input,
    handler: async (attempt, { account, charge, input: { seats } }) => {
      await attempt.step("charge", {
        request: () => ({ seats }),
        send: async () => {
          charge(account);
          return {};
        },
      });
      return await attempt.commit({ charged: seats });
    },
    ...more,
  };
}

/** What an attempt leaves that died behind its claim, so many minutes ago. */
async function left(procedure: string, { minutes = 1, recorded = { seats: 2 } as unknown } = {}) {
  const key = uuidv7();
  const text = canonicalJson(recorded);
  await db.owner`
    insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, created_at, updated_at)
    select 'ann', ${key}, ${procedure}, ${fingerprint(text)}, ${text}, false, 'in_progress', 1, over, over - interval '10 seconds', over - interval '10 seconds'
      from (select clock_timestamp() - ${minutes} * interval '1 minute' as over) lease`;
  return key;
}

async function rowOf(key: string) {
  const [row] =
    await db.owner`select state, answer, review from idempotency_keys where key = ${key}`;
  return { ...row };
}

/** One round. Gives who was charged, and what failed. */
async function round(operations: Booking[]) {
  const charged: string[] = [];
  const failures: string[] = [];
  const told = await resumeOperations(
    keeping(),
    operations,
    () => ({ charge: (account: string) => void charged.push(account) }),
    { onError: (_, error) => failures.push(String(error)) },
  );
  return { ...told, charged, failures };
}

test("whoever has gone is given up where the operation says so, and is not charged", async () => {
  const voided = await left("hold");
  const { charged, failures, found, failed } = await round([
    booking("hold", { onAbandon: "void" }),
  ]);
  expect(await rowOf(voided)).toMatchObject({ state: "voided", answer: null });
  expect([charged, failures, found, failed]).toEqual([[], [], 1, 0]);
});

test("without that it is carried on, and the client finds its answer", async () => {
  const key = await left("buy");
  expect(await round([booking("buy")])).toMatchObject({ charged: ["ann"], found: 1, failed: 0 });
  expect(await rowOf(key)).toMatchObject({ state: "completed" });
  const scope = { charge: () => expect.unreachable() };
  const call = { ...scope, account: "ann", key, input: { seats: 2 } };
  expect(await runOperation(keeping(), booking("buy"), call)).toMatchObject({ replayed: true });
});

test("an operation that somebody looks on at is left to them for half a lease more", async () => {
  const procedure = "agent";
  await left(procedure, { minutes: 0 });
  const patient = await round([booking(procedure, { clientFirst: true })]);
  const impatient = await round([booking(procedure)]);
  expect([patient.found, impatient.found]).toEqual([0, 1]);
});

test("what is not in the list is left to other workers, however old it is", async () => {
  const key = await left("another-worker's", { minutes: 60 });
  expect(await round([booking("mine")])).toMatchObject({ found: 0 });
  expect(await rowOf(key)).toMatchObject({ state: "in_progress" });
});

test("a recorded input that its schema reads no more waits for a person after ten minutes, and is told of before", async () => {
  const young = await left("strict", { recorded: { seats: "two" } });
  const old = await left("strict", { recorded: { seats: "two" }, minutes: 11 });
  const { failures } = await round([booking("strict")]);
  const reason = "strict does not accept its recorded input any more";
  expect(failures).toEqual([`NeedsReview: ${reason}`, `NeedsReview: ${reason}`]);
  expect(await rowOf(young)).toMatchObject({ state: "in_progress" });
  expect(await rowOf(old)).toMatchObject({ state: "needs_review", review: reason });
});

test("one that its schema reads as another request by now waits for a person too", async () => {
  const key = await left("drawing", { minutes: 11 });
  const drawing = z.object({ seats: z.number(), lot: z.string().default(() => uuidv7()) });
  await round([booking("drawing", { input: drawing as unknown as typeof input })]);
  expect(await rowOf(key)).toMatchObject({
    state: "needs_review",
    review: "drawing reads its recorded input as another request by now",
  });
});

test("each operation's answers are given for as long as it says, and the others' for 72 h", async () => {
  const ends = async (procedure: string) => {
    const key = await left(procedure);
    await round([booking(procedure)]);
    await db.owner`update idempotency_keys set updated_at = updated_at - interval '25 hours' where key = ${key}`;
    return key;
  };
  const [short, usual] = [await ends("short"), await ends("usual")];
  expect(
    await reapOperations(db.pool.db, [
      booking("short", { replayWindowHours: 24 }),
      booking("usual"),
    ]),
  ).toBe(1);
  expect([await rowOf(short), await rowOf(usual)]).toMatchObject([
    { state: "expired" },
    { state: "completed" },
  ]);
});
