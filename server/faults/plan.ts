/** Every fault of the payment path and of the events about it, and whether its entry takes milliseconds. */
const FAULTS = {
  "lose-request": false,
  "lose-response": false,
  "truncate-response": false,
  "delay-request": true,
  "delay-response": true,
  "deliver-twice": false,
  "crash-before-claim": false,
  "crash-after-claim": false,
  "crash-before-provider": false,
  "crash-after-provider": false,
  "crash-before-commit": false,
  "crash-after-commit": false,
  "stall-after-claim": true,
  "stall-after-provider": true,
  "provider-unreachable": false,
  "provider-error": false,
  "provider-timeout": false,
  "provider-error-after-charge": false,
  "database-drop-before-commit": false,
  "database-drop-after-commit": false,
  "webhook-twice": false,
  "webhook-late": true,
  "webhook-reordered": false,
  "webhook-lost": false,
} as const;

export type FaultName = keyof typeof FAULTS;

/** Which arrivals meet the fault, counted as the server received them for one key, from 1. */
type Arrivals =
  | { kind: "every" }
  | { kind: "these"; numbers: number[] }
  | { kind: "chance"; probability: number; seed: string };

/** One fault as a value: what, how long, when. */
export interface Fault {
  name: FaultName;
  ms: number;
  arrivals: Arrivals;
}

/** A plan that cannot be read. The message names the entry and says what would be right. */
export class BadPlan extends Error {
  override readonly name = "BadPlan";
}

const PLAN_CHARACTERS_MAX = 2_048;
const STALL_MS_MAX = 60_000;

/**
 * Reads comma-separated `<fault>[=<ms>][@<arrivals>]`: `lose-response@1+2` the first two, `lose-response@%30#7`
 * with probability 0.30 under seed 7, without `@` every arrival.
 * @throws {BadPlan}
 */
export function parsePlan(text: string): Fault[] {
  if (text.length > PLAN_CHARACTERS_MAX)
    throw new BadPlan(`A fault plan has at most ${PLAN_CHARACTERS_MAX} characters.`);
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(parseEntry);
}

/** `lose-response@%30#7`: an entry as a plan writes it. */
export function writeFault({ name, ms, arrivals }: Fault): string {
  const head = ms > 0 ? `${name}=${ms}` : name;
  if (arrivals.kind === "every") return head;
  if (arrivals.kind === "these") return `${head}@${arrivals.numbers.join("+")}`;
  return `${head}@%${Math.round(arrivals.probability * 100)}#${arrivals.seed}`;
}

function parseEntry(entry: string): Fault {
  const [head = "", when, ...rest] = entry.split("@");
  const [name = "", duration] = head.split("=");
  if (!isFault(name))
    throw new BadPlan(
      `"${entry}": no fault is called "${name}". Known: ${Object.keys(FAULTS).join(", ")}.`,
    );
  if (rest.length > 0) throw new BadPlan(`"${entry}": one "@" at most.`);
  const ms = Number(duration ?? 0);
  const isWritten = duration === undefined || /^\d{1,5}$/.test(duration);
  if (FAULTS[name] !== (duration !== undefined) || !isWritten || ms > STALL_MS_MAX) {
    const want = FAULTS[name]
      ? `milliseconds up to ${STALL_MS_MAX}, as in ${name}=1500`
      : "no milliseconds";
    throw new BadPlan(`"${entry}": ${name} takes ${want}.`);
  }
  return { name, ms, arrivals: parseArrivals(entry, when) };
}

function parseArrivals(entry: string, when: string | undefined): Arrivals {
  if (when === undefined) return { kind: "every" };
  const chance = /^%(\d{1,3})#([A-Za-z0-9]{1,16})$/.exec(when);
  if (chance && Number(chance[1]) <= 100) {
    return { kind: "chance", probability: Number(chance[1]) / 100, seed: String(chance[2]) };
  }
  if (/^[1-9]\d{0,3}(\+[1-9]\d{0,3})*$/.test(when))
    return { kind: "these", numbers: when.split("+").map(Number) };
  throw new BadPlan(
    `"${entry}": after "@" stand arrivals (1+2) or a chance with its seed (%30#7).`,
  );
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
