import type { z } from "zod";
import { createIdempotency, tellErrors } from "../idempotency/trpc/index.ts";
import { traceOperation } from "../telemetry/trace-operation.ts";
import type { Context } from "./context.ts";
import { t } from "./init.ts";
import type { Operation } from "./operation.ts";

const traced = t.procedure
  .meta({ idempotent: true })
  .use(({ path, next }) => traceOperation(path, () => next()));

const idempotency = createIdempotency(traced, (ctx) => ({
  store: ctx.db,
  account: ctx.account,
  namespace: ctx.namespace,
  limits: ctx.limits,
  onEvent: ctx.onEvent,
  deadlineMs: ctx.httpMs,
  http: httpOf(ctx),
}));

/** An operation as a tRPC procedure, through the package's door and no other. */
export function idempotentProcedure<Input extends z.ZodType, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
) {
  return idempotency.serve(operation, ({ db, payments, agent }) => ({ db, payments, agent }));
}

/** For procedures outside the door that meet the same table (`orders.save`). */
export async function withIdempotencyErrors<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  return await tellErrors(httpOf(ctx), undefined, work);
}

/** Batches and bodies have been looked at by the edge; the door reads the key's header and sets the answer's. */
function httpOf({ keyHeader, resHeaders }: Pick<Context, "keyHeader" | "resHeaders">) {
  return { req: { headers: { "idempotency-key": keyHeader ?? undefined } }, resHeaders };
}
