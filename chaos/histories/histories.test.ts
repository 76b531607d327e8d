import { afterAll, beforeAll, expect, test } from "vitest";
import { FLOORS } from "./floors.ts";
import { openPlace } from "./open-place.ts";
import { report, runMany } from "./run-many.ts";
import type { Tally } from "./tally.ts";
import { SOUND } from "./variant.ts";
import type { Place } from "./world.ts";

/** Always the same, so that red means that something has changed; `npm run histories -- --seed N` plays others. */
const SEED = 1;
const COUNT = 10_000;

let reached: Tally | undefined;
let place: Place & { close(): Promise<void> };
beforeAll(async () => {
  place = await openPlace(SOUND);
});
afterAll(() => place.close());

test("10,000 random histories hurt nothing", { timeout: 900_000 }, async () => {
  const { played, seconds, found, tally } = await runMany(place, { seed: SEED, count: COUNT });
  console.log(`seeds ${SEED} to ${SEED + COUNT - 1}: ${played} in ${Math.round(seconds)} s`);
  expect(found && report(found)).toBeUndefined();
  expect(played).toBe(COUNT);
  reached = tally;
});

test("they reach every state, every mishap and every code often enough to mean something", () => {
  console.log(reached?.table());
  const tooRare = Object.entries(FLOORS).filter(
    ([name, floor]) => (reached?.counts.get(name) ?? 0) < floor,
  );
  expect(tooRare.map(([name]) => `${name}: ${reached?.counts.get(name) ?? 0}`)).toEqual([]);
});

test(
  "the same seeds reach the same, however many are played at once",
  { timeout: 300_000 },
  async () => {
    const reachedBy = async (atOnce: number) =>
      (await runMany(place, { seed: SEED, count: 200, atOnce })).tally.table();
    expect(await reachedBy(5)).toBe(await reachedBy(48));
  },
);

test("the pool is whole afterwards: every connection answers, and none sits in a transaction", async () => {
  await Promise.all(Array.from({ length: 16 }, () => place.db.execute("select 1")));
  const [row] = await place.owner`
    select count(*)::integer as stuck from pg_stat_activity
     where datname = current_database() and state like 'idle in transaction%'`;
  expect(row?.["stuck"]).toBe(0);
});
