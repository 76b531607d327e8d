export {
  describeIdempotency,
  type ScenarioVerdict,
  tellVerdict,
  testIdempotency,
  type Verdict,
} from "./describe-idempotency.ts";
export type { ContractCall, ContractReply, ContractSubject } from "./subject.ts";
