import { GATE_POINTS, type GatePoint } from "./gate-points.ts";

/** One release: which attempt, and from where. */
export interface Release {
  attempt: string;
  point: GatePoint;
}

/** A schedule that cannot be read. The message names the entry and says what would be right. */
export class BadSchedule extends Error {
  override readonly name = "BadSchedule";
}

const RELEASES_MAX = 60;

/**
 * Reads the order of releases: `A.after-claim B.before-claim …`, A being the first arrival.
 * @throws {BadSchedule}
 */
export function parseSchedule(text: string): Release[] {
  const entries = text.split(/\s+/).filter((entry) => entry !== "");
  if (entries.length > RELEASES_MAX)
    throw new BadSchedule(`A schedule has at most ${RELEASES_MAX} releases.`);
  const seen = new Set<string>();
  return entries.map((entry) => {
    const [attempt = "", point = "", ...rest] = entry.split(".");
    const known = GATE_POINTS.find((one) => one === point);
    if (!/^[A-Z]$/.test(attempt) || known === undefined || rest.length > 0)
      throw new BadSchedule(
        `"${entry}": a release is an attempt and a gate, as in A.after-claim. Gates: ${GATE_POINTS.join(", ")}.`,
      );
    if (seen.has(entry)) throw new BadSchedule(`"${entry}" stands twice: a gate is passed once.`);
    seen.add(entry);
    return { attempt, point: known };
  });
}

export function formatSchedule(releases: readonly Release[]): string {
  return releases.map(({ attempt, point }) => `${attempt}.${point}`).join(" ");
}
