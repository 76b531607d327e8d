import {
  type Attempt,
  type Committed,
  type Limits,
  type Listener,
  type Recorded,
  runOnce,
  type RunOnce,
  type Store,
} from "../index.ts";
import { type InOf, type OutOf, type Parser, parseWith } from "./parser.ts";

/** What one call of an operation works with. `Scope` is the application's own: its context, its clients. */
export type Call<Scope, Input> = Scope & { account: string; key: string; input: Input };

/**
 * Something that must happen once, told once: the door serves it to clients and a completer carries it on without
 * one. `handler` can only end in `attempt.commit` or `attempt.transact`: nothing else makes its type.
 */
export interface Operation<Scope, Input extends Parser = Parser, Output extends Parser = Parser> {
  /** Stored with the key, compared at every request: renaming it refuses the keys in flight. */
  procedure: string;
  /**
   * Without the key. What it accepts, transformed, is recorded and fingerprinted, and is read by it again after a deploy and by
   * a completer: it must accept what it gave, and be synchronous. A member that is new needs a default.
   */
  input: Input;
  /** Checked before the commit: an answer that does not fit is never stored. */
  output?: Output;
  /**
   * What a completer does with an intent whose client and holder are gone. `complete` (default) carries it on; `void`
   * gives it up where nothing can have been taken, and finishes it where something may. A step that `admission` marks
   * counts as sent from the claim on.
   */
  onAbandon?: "complete" | "void";
  /** True for runs that somebody looks on at: a completer then waits for half a lease more before it comes in. */
  clientFirst?: boolean;
  /** How long the answer is given again, from its commit on: 72 unless you say so. Then the key is refused. */
  replayWindowHours?: number;
  admission?(call: Call<Scope, OutOf<Input>>): NonNullable<RunOnce<unknown>["admission"]>;
  refuse?(call: Call<Scope, OutOf<Input>>): Promise<void>;
  handler(attempt: Attempt, call: Call<Scope, OutOf<Input>>): Promise<Committed<InOf<Output>>>;
}

/** Where keys are kept, and within which limits. */
export interface Keeping {
  store: Store;
  /** What makes keys for the next system differ between applications and environments that share it. */
  namespace: string;
  limits?: Partial<Limits>;
  onEvent?: Listener;
}

const DEFAULTS: Limits = {
  // One handler fits into one lease: a slower one is safe (its writes are fenced) and is run again meanwhile.
  leaseMs: 10_000,
  waitMs: 2_000,
  // Below the 24 h for which Stripe and most providers remember a key.
  recoverWithinMs: 20 * 3_600_000,
};

/**
 * Runs an operation for one key. Errors are those of `runOnce` and of the operation's `refuse`.
 * @param how.abandoned true for a completer: the operation's `onAbandon` decides, and nobody is waited for
 * @param how.alongside the caller's own rows in the commit that ends the attempt, as in `RunOnce`
 */
export async function runOperation<Scope, Input extends Parser, Output extends Parser>(
  keeping: Keeping,
  operation: Operation<Scope, Input, Output>,
  call: Call<Scope, OutOf<Input>>,
  {
    abandoned = false,
    alongside,
  }: Pick<RunOnce<unknown>, "alongside"> & { abandoned?: boolean } = {},
): Promise<Recorded> {
  const { output } = operation;
  return await runOnce({
    store: keeping.store,
    account: call.account,
    key: call.key,
    procedure: operation.procedure,
    input: call.input,
    reads: (recorded) => parseWith(operation.input, recorded),
    namespace: keeping.namespace,
    limits: { ...DEFAULTS, ...keeping.limits, ...(abandoned && { waitMs: 0 }) },
    ...(abandoned && operation.onAbandon && { onAbandon: operation.onAbandon }),
    ...(operation.admission && { admission: operation.admission(call) }),
    ...(operation.refuse && { refuse: async () => await operation.refuse?.(call) }),
    ...(output && { check: (answer: unknown) => parseWith(output, answer) }),
    handler: (attempt) => operation.handler(attempt, call),
    ...(alongside && { alongside }),
    ...(keeping.onEvent && { onEvent: keeping.onEvent }),
  });
}
