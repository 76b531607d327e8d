import { AsyncLocalStorage } from "node:async_hooks";
import type { LifecycleEvent } from "../idempotency/index.ts";
import { decide } from "./decide.ts";
import type { Fault, FaultName } from "./plan.ts";

/** One arrival with the plan that it meets. */
export interface Arrival {
  plan: Fault[];
  account: string;
  key: string;
  arrival: number;
  /** Writes down what has happened so far, and that this fault happened. */
  tell(fault: Fault): Promise<void>;
  /** Told of a chance that was drawn and did not happen. */
  spared?(fault: Fault): void;
  /** Called when the attempt has died: its client is to get no answer. */
  died(): void;
  /** A step was recorded in this arrival: provider and commit points belonged to it, and the next steps meet none. */
  stepRecorded?: boolean;
  /** The commit that comes next meets this. */
  atCommit?: "before" | "after";
}

const arrivals = new AsyncLocalStorage<Arrival>();

/** Everything that `work` causes meets the faults of this arrival. */
export function meetFaults<T>(arrival: Arrival, work: () => Promise<T>): Promise<T> {
  return arrivals.run(arrival, work);
}

export function currentArrival(): Arrival | undefined {
  return arrivals.getStore();
}

/** The fault of this name for the current arrival, told before it happens. */
export async function faultNow(name: FaultName): Promise<Fault | undefined> {
  const arrival = arrivals.getStore();
  if (!arrival || (arrival.stepRecorded && AT_A_STEP.test(name))) return undefined;
  const fault = decide(arrival.plan, name, arrival);
  if (fault) await arrival.tell(fault);
  else
    for (const other of arrival.plan)
      if (other.name === name && other.arrivals.kind === "chance") arrival.spared?.(other);
  return fault;
}

/** Of a run of several steps, the first one that is not recorded yet meets these, and no other. */
const AT_A_STEP =
  /^(provider-|database-drop-|stall-after-provider|crash-(before|after)-(provider|commit)$)/;

const CRASHES = {
  "before-claim": "crash-before-claim",
  "after-claim": "crash-after-claim",
  "before-provider": "crash-before-provider",
  "after-provider": "crash-after-provider",
  "before-commit": "crash-before-commit",
  "after-commit": "crash-after-commit",
} as const;
const STALLS = {
  "after-claim": "stall-after-claim",
  "after-provider": "stall-after-provider",
} as const;

/**
 * What a lifecycle event meets. A crash is an await that never ends: nothing of the attempt runs any more, no
 * clean-up and no answer, exactly as if its process were dead, and nothing holds it in memory.
 */
export async function onLifecycle({ point, step }: LifecycleEvent): Promise<void> {
  if (Object.hasOwn(STALLS, point)) {
    const stall = await faultNow(STALLS[point as keyof typeof STALLS]);
    if (stall) await new Promise((resolve) => setTimeout(resolve, stall.ms));
  }
  if (Object.hasOwn(CRASHES, point) && (await faultNow(CRASHES[point as keyof typeof CRASHES]))) {
    arrivals.getStore()?.died();
    await new Promise(() => {});
  }
  const arrival = arrivals.getStore();
  if (arrival && point === "before-commit") {
    if (await faultNow("database-drop-before-commit")) arrival.atCommit = "before";
    else if (await faultNow("database-drop-after-commit")) arrival.atCommit = "after";
  }
  if (arrival && point === "after-commit" && step !== undefined) arrival.stepRecorded = true;
}
