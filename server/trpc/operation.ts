import type { z } from "zod";
import type { Database } from "../../db/client.ts";
import {
  type Attempt,
  type Committed,
  type Limits,
  type Listener,
  type Recorded,
  runOnce,
  type RunOnce,
} from "../idempotency/index.ts";
import type { PaymentProvider } from "../payments/provider.ts";

/** What operations work with; the composition root makes it. */
export interface Runtime {
  db: Database;
  payments: PaymentProvider;
  limits: Limits;
  namespace: string;
  onEvent: Listener;
}

interface Call<Input> {
  db: Database;
  payments: PaymentProvider;
  account: string;
  key: string;
  input: Input;
}

/**
 * Something that must happen once, told once: the tRPC door serves it to clients and the completer carries it
 * on without one. `handler` can only end in `attempt.commit` or `attempt.transact`: nothing else makes its type.
 */
export interface Operation<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  procedure: string;
  /** Without the key. What it accepts, transformed, is what is fingerprinted. */
  input: Input;
  /** Checked before the commit: an answer that does not fit is never stored. */
  output: Output;
  orderId?(input: z.output<Input>): string;
  admission?(call: Call<z.output<Input>>): NonNullable<RunOnce<unknown>["admission"]>;
  refuse?(call: Call<z.output<Input>>): Promise<void>;
  handler(attempt: Attempt, call: Call<z.output<Input>>): Promise<Committed<z.output<Output>>>;
}

/** Runs an operation for one key. Errors are those of `runOnce` and of the operation's `refuse`. */
export async function runOperation<Input extends z.ZodType, Output extends z.ZodType>(
  runtime: Runtime,
  operation: Operation<Input, Output>,
  { account, key, input }: { account: string; key: string; input: z.output<Input> },
): Promise<Recorded> {
  const call = { db: runtime.db, payments: runtime.payments, account, key, input };
  return await runOnce({
    store: runtime.db,
    account,
    key,
    procedure: operation.procedure,
    input,
    namespace: runtime.namespace,
    limits: runtime.limits,
    ...(operation.admission && { admission: operation.admission(call) }),
    ...(operation.refuse && { refuse: () => operation.refuse?.(call) ?? Promise.resolve() }),
    check: (answer) => operation.output.parse(answer),
    handler: (attempt) => operation.handler(attempt, call),
    onEvent: runtime.onEvent,
  });
}
