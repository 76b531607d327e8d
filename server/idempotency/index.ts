export type { Attempt, Committed } from "./attempt.ts";
export { classify, codeOf } from "./classify.ts";
export { type Code, CODES, IdempotencyError, NeedsReview, NotTaken } from "./errors.ts";
export { LIFECYCLE, type LifecycleEvent, type LifecyclePoint, type Listener } from "./lifecycle.ts";
export { type Abandoned, resumeAbandoned } from "./resume-abandoned.ts";
export { type Limits, type Recorded, runOnce, type RunOnce } from "./run-once.ts";
export type { Store } from "./store.ts";
export { idempotencyKeys, idempotencySteps } from "./tables.ts";
export type { Step } from "./take-step.ts";
