import type { Database } from "../../db/client.ts";
import type { Listener } from "../idempotency/index.ts";
import type { BankDeliveries } from "../payments/bank-deliveries.ts";
import type { BankEvent } from "../payments/bank-event.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import type { WatchTimeline } from "../timeline/watch-timeline.ts";
import type { Runtime } from "./operation.ts";

/** What a procedure knows of its request. The account comes from the signed cookie and from nowhere else. */
export interface Context extends Runtime {
  account: string;
  /** Header `Idempotency-Key` as it arrived; null when absent. */
  keyHeader: string | null;
  /** Added to the answer, also to an error. */
  resHeaders: Headers;
  httpMs: number;
  faults: FaultControls | undefined;
  lab: LabGear | undefined;
  watchTimeline: WatchTimeline;
  /** Where this web itself listens, on this machine. */
  selfUrl: string;
}

/** One entry of a plan: `entry` as it is written, `chance` where a seed decides. */
export interface PlanEntry {
  entry: string;
  name: string;
  chance: boolean;
}

/** Undefined when FAULTS is off: then the procedures do not exist. */
export interface FaultControls {
  /** What a plan says, entry by entry; arms nothing. @throws {Error} with a message that names the entry */
  read(plan: string): PlanEntry[];
  get(account: string): Promise<string>;
  /** As `get`, for an arrival: what is met is not idle. */
  meet(account: string): Promise<string>;
  /** @throws {Error} with a message for the person who wrote the plan */
  set(account: string, plan: string): Promise<void>;
}

/** What the lab's lanes run on. Undefined when FAULTS is off: then there is no lab. */
export interface LabGear {
  isLane(name: unknown): name is string;
  /** The pool itself: what schedules attempts meets none of their faults. */
  db: Database;
  /** The bank as most shops ask it: once, and without a look-up after an unclear answer. */
  payments: PaymentProvider;
  /** How the bank's events arrive; undefined where the bank is Stripe itself. */
  deliveries: BankDeliveries | undefined;
  /** Where faults strike and gates hold. Health and metrics are not told. */
  pass: Listener;
  /** An event of the bank about a lane's charge; undefined when it is about no lane. */
  receive(event: BankEvent): Promise<string> | undefined;
  /** An intent that is not final by then breaks L1. */
  finalMs: number;
  /** What this process remembers for one lane of an account. */
  memoryOf(account: string, lane: string): Map<string, unknown>;
  /** What a crash of this process does to it. */
  forget(account: string): void;
}
