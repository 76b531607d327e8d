import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CountingBank } from "../test-kit/counting-bank.ts";
import { Intent, never, pause, rowOf, type RunOptions, writtenOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { LIFECYCLE, type LifecyclePoint, type Listener } from "./lifecycle.ts";
import { resumeAbandoned } from "./resume-abandoned.ts";

/**
 * How an attempt comes to reach a point. The list of points is closed, so a new one does not compile until
 * somebody has said how it is reached.
 */
interface Situation {
  before?(intent: Intent): Promise<unknown>;
  /** Ran at the victim's events before the crash. */
  listener?: Listener;
  victim?: RunOptions;
  ends?: "needs_review" | "voided";
}

const bankWill =
  (mishap: CountingBank["mishaps"][number]) =>
  async ({ bank }: Intent) =>
    bank.mishaps.push(mishap);

const SITUATIONS: Record<LifecyclePoint, Situation> = {
  "before-claim": {},
  "after-claim": {},
  "before-provider": {},
  "after-provider": {},
  "before-commit": {},
  "after-commit": {},
  waiting: {
    async before(intent) {
      let answer = () => {};
      const open = new Promise<void>((resolve) => (answer = resolve));
      const asked = new Promise<void>((resolve) => {
        intent.bank.busy = async () => {
          resolve();
          await open;
        };
      });
      void intent.run({ limits: { leaseMs: 10_000 } }).catch(() => undefined);
      await asked;
      return answer;
    },
    // Its wait is counted from its start, and three hundred intents at once may be a while with their first look.
    victim: { limits: { waitMs: 5_000 } },
  },
  replayed: { before: (intent) => intent.run() },
  refused: { before: (intent) => intent.run(), victim: { input: { another: "request" } } },
  released: { before: bankWill("refuses") },
  voided: {
    async before(intent) {
      intent.bank.mishaps.push("refuses");
      await intent.run().catch(() => undefined);
    },
    victim: { onAbandon: "void" },
    ends: "voided",
  },
  unknown: { before: bankWill("loses the answer") },
  "needs-review": { before: bankWill("sees another request"), ends: "needs_review" },
  fenced: {
    async listener(event) {
      if (event.point !== "before-commit") return;
      while (((await rowOf(db.owner, event))?.fence ?? 0) < 2) await pause(20);
    },
  },
};

const CRASHES = ["throws", "stalls past its lease", "hangs for ever"] as const;
const RESCUERS = ["the client asks again", "the completer, alone"] as const;
const MARKS = ["in the claim", "at its step"] as const;
const LEASE_MS = 400;
const STALL_MS = LEASE_MS + 250;

const db = packageUnderTest();

/** Intents without a client: one loop for all of them, as in the worker. */
const orphans = new Map<string, Intent>();
let completing = true;
let loop: Promise<void>;
beforeAll(() => {
  loop = (async () => {
    while (completing) {
      const resume = async ({ key }: { key: string }) =>
        orphans.get(key)?.run({ limits: { waitMs: 0 } });
      await resumeAbandoned(db.another.db, resume, { atMost: 1_000 }).catch(() => undefined);
      await pause(100);
    }
  })();
});
afterAll(async () => {
  completing = false;
  await loop;
});

interface Cell {
  crash: (typeof CRASHES)[number];
  rescuer: (typeof RESCUERS)[number];
  marks: (typeof MARKS)[number];
}

const CELLS: Cell[] = CRASHES.flatMap((crash) =>
  RESCUERS.flatMap((rescuer) => MARKS.map((marks) => ({ crash, rescuer, marks }))),
);

/** The answer at last: on a busy machine an attempt may outlive its own wait. Undefined where a person must decide, or nothing was taken. */
async function answerOf(intent: Intent): Promise<string | undefined> {
  for (let left = 20; left > 0; left -= 1) {
    const recorded = await intent.run().catch(() => undefined);
    if (recorded) return recorded.text;
    if (/needs_review|voided/.test((await rowOf(db.owner, intent))?.state ?? "")) return undefined;
    await pause(100);
  }
  return undefined;
}

/** Sends the victim to its crash, gives the rescuer lease + 5 s, lets the zombie come back, and looks. */
async function crashAt(
  point: LifecyclePoint,
  { crash, rescuer, marks }: Cell,
  bank: CountingBank,
  horizonMs: number,
) {
  const situation = SITUATIONS[point];
  const limits = { leaseMs: LEASE_MS, recoverWithinMs: horizonMs };
  const intent = new Intent(db.pool, { bank, limits, marks });
  const letGo = await situation.before?.(intent);

  let reach = () => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  let armed = true;
  const victim = intent.run({
    ...situation.victim,
    async onEvent(event) {
      if (!armed) return;
      if (event.point !== point) return await situation.listener?.(event);
      armed = false;
      reach();
      if (crash === "throws") throw new Error("the listener died");
      await (crash === "hangs for ever" ? never : pause(STALL_MS));
    },
  });
  victim.catch(() => undefined);
  if (rescuer === "the completer, alone") orphans.set(intent.key, intent);
  else if (point === "fenced")
    void (async () => {
      while (armed) {
        await pause(50);
        // Not before the victim has its claim, else it would never be an attempt.
        if (await rowOf(db.owner, intent)) await intent.run().catch(() => undefined);
      }
    })();
  await Promise.race([
    reached,
    pause(15_000).then(() => Promise.reject(new Error(`${point} was never reached`))),
  ]);
  if (typeof letGo === "function") letGo();

  const startedAt = performance.now();
  const begun =
    point !== "before-claim" || rescuer !== "the completer, alone" || crash.startsWith("stalls");
  // Released is rest too: nothing was taken and the order is free, so only a client can want more of it.
  const atRest =
    rescuer === "the client asks again"
      ? /completed|needs_review|voided/
      : /completed|needs_review|voided|released/;
  const isFinal = async () => atRest.test((await rowOf(db.owner, intent))?.state ?? "");
  while (begun && !(await isFinal()) && performance.now() - startedAt < LEASE_MS + 5_000) {
    if (rescuer === "the client asks again") await intent.run().catch(() => undefined);
    else await pause(20);
  }
  const tookMs = performance.now() - startedAt;
  const written = await writtenOf(db.owner, intent);
  const late = crash === "hangs for ever" ? undefined : await victim.catch(() => undefined);
  await pause(5);
  const rest = await rowOf(db.owner, intent);
  const zombieWrote = (await writtenOf(db.owner, intent)) !== written;
  if (rest?.state === "released") expect([bank.charges.length, rest.openSends]).toEqual([0, []]);
  const replay = begun ? await answerOf(intent) : undefined;
  const perFence = [...new Set(bank.sends)].map(
    (fence) => bank.sends.filter((sent) => sent === fence).length,
  );
  return {
    begun,
    row: await rowOf(db.owner, intent),
    inTime: tookMs < LEASE_MS + 5_000,
    zombieWrote,
    late: late?.text,
    replay,
    sendsOfOneFence: Math.max(0, ...perFence),
  };
}

const HONEST_HORIZON_MS = 3_600_000;

describe.concurrent(
  "an attempt that dies, stalls or hangs leaves one charge, one effect and one answer, in time",
  () => {
    test.for(LIFECYCLE)("at %s", async (point) => {
      const { ends } = SITUATIONS[point];
      await Promise.all(
        CELLS.map(async (cell) => {
          const bank = new CountingBank("honest");
          const end = await crashAt(point, cell, bank, HONEST_HORIZON_MS);
          const name = JSON.stringify(cell);
          expect(end.inTime, name).toBe(true);
          expect(end.zombieWrote, name).toBe(false);
          expect(end.sendsOfOneFence, name).toBeLessThanOrEqual(1);
          if (!end.begun) {
            // The client died before its claim and never came back: there is nothing to be finished.
            expect(end.late, name).toBeUndefined();
            return;
          }
          expect(end.row?.state, name).toBe(ends ?? "completed");
          expect(bank.charges.length, name).toBe(ends ? 0 : 1);
          expect(end.row?.effects, name).toBe(ends ? 0 : 1);
          expect(end.replay, name).toBe(end.row?.answer ?? undefined);
          if (end.late !== undefined) expect(end.late, name).toBe(end.row?.answer);
        }),
      );
    });
  },
);

describe.concurrent(
  "under a bank that forgets keys, whose horizon is 0, nobody is charged twice either",
  () => {
    test.for(LIFECYCLE)("at %s", async (point) => {
      await Promise.all(
        CELLS.map(async (cell) => {
          const bank = new CountingBank("forgetful");
          const end = await crashAt(point, cell, bank, 0);
          const name = JSON.stringify(cell);
          expect(bank.charges.length, name).toBeLessThanOrEqual(1);
          expect(end.inTime, name).toBe(true);
          expect(end.zombieWrote, name).toBe(false);
          expect(end.sendsOfOneFence, name).toBeLessThanOrEqual(1);
          if (!end.begun) return;
          expect(end.row?.state, name).toMatch(/completed|needs_review|voided/);
          // Without money no effect; with an effect, money.
          expect(end.row?.effects, name).toBe(end.row?.state === "completed" ? 1 : 0);
          if (end.row?.effects === 1) expect(bank.charges, name).toHaveLength(1);
        }),
      );
    });
  },
);
