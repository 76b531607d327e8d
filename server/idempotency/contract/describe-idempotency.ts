import { type Scenario, SCENARIOS } from "./scenarios.ts";
import type { ContractSubject } from "./subject.ts";
import { Broken, settleWithinMs, Trial } from "./trial.ts";

export interface ScenarioVerdict {
  name: string;
  /** `skipped` is not green: `because` says what was not given. */
  outcome: "holds" | "broken" | "skipped";
  /** What was promised and not kept, or what is missing. */
  because?: string;
  /** The shortest run found that breaks it, a line for each request. */
  witness?: readonly string[];
}

export interface Verdict {
  /** True when nothing is broken and something was tried. */
  holds: boolean;
  scenarios: readonly ScenarioVerdict[];
}

/**
 * Runs the contract's scenarios against anybody's procedure, one after another, and says which of its promises are
 * kept. Needs no test runner; every key it sends is fresh, so it may be run again on the same database.
 */
export async function describeIdempotency(subject: ContractSubject): Promise<Verdict> {
  const scenarios: ScenarioVerdict[] = [];
  for (const scenario of SCENARIOS) scenarios.push(await judge(subject, scenario));
  const holds = scenarios.every(({ outcome }) => outcome !== "broken");
  return { holds, scenarios };
}

type RegisterTest = (name: string, run: () => Promise<void>, timeoutMs: number) => unknown;

/** Of a size: it waits for a lost answer's effect and for its answer, and the requests may be slow themselves. */
const PATIENCE = 4;

/**
 * Registers each scenario as a test of its own: `testIdempotency(test, subject)`, with the `test` of vitest, jest, bun or
 * node. The time-out is the suite's, since a runner's 5 s would accuse a procedure that is right and slow (node has
 * none, and takes none here). What cannot be tried is registered as skipped, where the runner has a `test.skip`.
 */
export function testIdempotency(
  test: RegisterTest & { skip?: (name: string, run: () => Promise<void>) => unknown },
  subject: ContractSubject,
): void {
  for (const scenario of SCENARIOS) {
    const { name, needs, sizes = [1] } = scenario;
    const run = async () => {
      const verdict = await judge(subject, scenario);
      if (verdict.outcome === "broken") throw new Error(tellScenario(verdict));
    };
    if (needs?.given(subject) === false) test.skip?.(`${name} (needs ${needs.what})`, run);
    else test(name, run, sizes.length * PATIENCE * settleWithinMs(subject));
  }
}

/** The verdict as text, with the witness under each broken promise. */
export function tellVerdict({ holds, scenarios }: Verdict): string {
  const count = (outcome: ScenarioVerdict["outcome"]) =>
    scenarios.filter((scenario) => scenario.outcome === outcome).length;
  const sum = `${count("holds")} hold, ${count("broken")} broken, ${count("skipped")} skipped`;
  return [
    ...scenarios.map(tellScenario),
    `${holds ? "idempotent" : "NOT idempotent"}: ${sum}`,
  ].join("\n");
}

function tellScenario({ name, outcome, because, witness = [] }: ScenarioVerdict): string {
  const mark = { holds: "ok", broken: "✕ ", skipped: "- " }[outcome];
  const reason =
    because === undefined
      ? ""
      : outcome === "broken"
        ? `\n   not kept: ${because}`
        : ` (${because})`;
  return [`${mark} ${name}${reason}`, ...witness.map((line) => `     ${line}`)].join("\n");
}

async function judge(subject: ContractSubject, scenario: Scenario): Promise<ScenarioVerdict> {
  const { name, needs, sizes = [1] } = scenario;
  if (needs && !needs.given(subject))
    return { name, outcome: "skipped", because: `needs ${needs.what}` };
  let smallest: ScenarioVerdict | undefined;
  for (const size of sizes) {
    const trial = new Trial(subject);
    try {
      await scenario.run(trial, size);
    } catch (error) {
      const because = error instanceof Broken ? error.message : String(error);
      const found: ScenarioVerdict = { name, outcome: "broken", because, witness: trial.lines };
      if (smallest === undefined || trial.lines.length < (smallest.witness?.length ?? 0))
        smallest = found;
    }
  }
  return smallest ?? { name, outcome: "holds" };
}
