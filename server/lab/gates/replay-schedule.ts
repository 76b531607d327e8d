import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import { attemptName, GATE_POINTS, type Run } from "./gate-points.ts";
import { releaseAttempt } from "./release-attempt.ts";
import type { Release } from "./schedule.ts";
import { setGates } from "./set-gates.ts";

export interface Replayed extends Release {
  /** `never came`: the attempt ended without standing there, as a duplicate does that is told to wait. */
  what: "released" | "never came";
}

const POLL_MS = 20;
const PATIENCE_MS = 30_000;

interface Standing {
  held: Release[];
  ended: Set<string>;
}

/**
 * Lets the attempts of a run go in exactly this order. The gates must be set and the requests under way. Each release
 * waits until its attempt stands there, so that what came before it has happened; what the schedule does not name is
 * not held. In the end every gate is open.
 * @throws {TRPCError} TIMEOUT: an attempt neither came nor ended for 30 s
 */
export async function replaySchedule(
  db: Database,
  run: Run,
  releases: readonly Release[],
): Promise<Replayed[]> {
  const done: Replayed[] = [];
  try {
    for (const [at, release] of releases.entries()) {
      const what = await step(db, run, release, releases.slice(at));
      done.push({ ...release, what });
    }
  } finally {
    await setGates(db, run, []);
  }
  return done;
}

async function step(
  db: Database,
  run: Run,
  release: Release,
  left: readonly Release[],
): Promise<Replayed["what"]> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const { held, ended } = await standing(db, run);
    if (held.some((one) => same(one, release))) {
      await releaseAttempt(db, run, release);
      return "released";
    }
    if (ended.has(release.attempt)) return "never came";
    for (const one of held)
      if (!left.some((named) => same(named, one))) await releaseAttempt(db, run, one);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new TRPCError({
    code: "TIMEOUT",
    message: `Attempt ${release.attempt} neither came to ${release.point} nor ended within ${PATIENCE_MS / 1000} s. Every gate is open now.`,
  });
}

function same(a: Release, b: Release): boolean {
  return a.attempt === b.attempt && a.point === b.point;
}

async function standing(db: Database, { account, lane, runKey }: Run): Promise<Standing> {
  const rows = await db.execute(sql`
    select a.arrival, a.ended_at is not null as ended,
           (select string_agg(h.point, ' ') from lab_held h
             where h.account = a.account and h.lane = a.lane and h.run_key = a.run_key and h.arrival = a.arrival and h.released_at is null) as held
      from lab_attempts a
     where a.account = ${account} and a.lane = ${lane} and a.run_key = ${runKey}::uuid`);
  const held = rows.flatMap((row) =>
    String(row["held"] ?? "")
      .split(" ")
      .flatMap((text) => {
        const point = GATE_POINTS.find((one) => one === text);
        return point ? [{ attempt: attemptName(Number(row["arrival"])), point }] : [];
      }),
  );
  const ended = new Set(
    rows.filter((row) => row["ended"] === true).map((row) => attemptName(Number(row["arrival"]))),
  );
  return { held, ended };
}
