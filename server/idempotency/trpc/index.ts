export {
  createIdempotency,
  type DoorSettings,
  type HandlerCall,
  type Idempotency,
} from "./create-idempotency.ts";
export { idempotencyErrors } from "./idempotency-errors.ts";
export { type Call, type Keeping, type Operation, runOperation } from "./operation.ts";
export {
  type AnyOperation,
  reapOperations,
  resumeOperations,
  type Resuming,
} from "./resume-operations.ts";
export type { InOf, OutOf, Parser, StandardSchema } from "./parser.ts";
export { type Http, tellErrors } from "./tell.ts";
