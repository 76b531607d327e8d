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
}

/** Undefined when FAULTS is off: then the procedures do not exist. */
export interface FaultControls {
  get(account: string): Promise<string>;
  /** @throws {Error} with a message for the person who wrote the plan */
  set(account: string, plan: string): Promise<void>;
}
