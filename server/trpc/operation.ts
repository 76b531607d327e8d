import type { SQL } from "drizzle-orm";
import type { z } from "zod";
import type { Database } from "../../db/client.ts";
import type { AgentTools } from "../agent/ports.ts";
import type { Limits, Listener, Recorded } from "../idempotency/index.ts";
import {
  type Operation as AnyOperation,
  type OutOf,
  runOperation as run,
} from "../idempotency/trpc/index.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { traceOperation } from "../telemetry/trace-operation.ts";

/** What operations work with; the composition root makes it. */
export interface Runtime {
  db: Database;
  payments: PaymentProvider;
  agent: AgentTools;
  limits: Limits;
  namespace: string;
  onEvent: Listener;
  /** L1's bound: books that differ for longer are an alarm. Milliseconds. */
  finalMs: number;
}

/** What this shop hands to every operation, beside account, key and input. */
export type Scope = Pick<Runtime, "db" | "payments" | "agent">;

/** The package's operation over this shop's things. */
export interface Operation<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> extends AnyOperation<Scope, Input, Output> {
  output: Output;
  orderId?(input: z.output<Input>): string;
}

/** Runs an operation for one key. Errors are those of `runOnce` and of the operation's `refuse`. */
export async function runOperation<Input extends z.ZodType, Output extends z.ZodType>(
  runtime: Runtime,
  operation: Operation<Input, Output>,
  { account, key, input }: { account: string; key: string; input: OutOf<Input> },
  how?: { abandoned?: boolean; alongside?: SQL[] },
): Promise<Recorded> {
  const { db, payments, agent, finalMs: _final, ...keeping } = runtime;
  const call = { db, payments, agent, account, key, input };
  return await traceOperation(operation.procedure, () =>
    run({ ...keeping, store: db }, operation, call, how),
  );
}
