export { BareAnswer, fetchJson } from "./bare-answer.ts";
export { browserKeeper, type Kept, type RecordKeeper } from "./browser-keeper.ts";
export {
  createIntent,
  type Intent,
  type IntentOptions,
  type IntentPhase,
  type IntentView,
  type KeyStatus,
} from "./create-intent.ts";
export { type IntentEvent, type IntentLife, intentLife } from "./intent-life.ts";
export type { Ending, GivenUp, IntentRecord, IntentRules } from "./intent-record.ts";
export { isStale } from "./is-stale.ts";
export { makeKey } from "./make-key.ts";
export { keyOf, mirrorKey } from "./mirror-key.ts";
export { readOutcome, type SendOutcome } from "./read-outcome.ts";
export { retryLink, type RetryLinkOptions, type SendWatch } from "./retry-link.ts";
export { mayRetry, retryDelayMs, retryLimits } from "./retry-rule.ts";
