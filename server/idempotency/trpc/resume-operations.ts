import {
  type Abandoned,
  forget,
  IdempotencyError,
  NeedsReview,
  reap,
  type Recorded,
  resumeAbandoned,
  type Round,
  type Rounds,
  type Store,
} from "../index.ts";
import { type Call, type Keeping, type Operation, runOperation } from "./operation.ts";
import { type Parser, parseWith } from "./parser.ts";

/** Any operation over these things; each reads its input by its own schema, so that they may stand in one list. */
export type AnyOperation<Scope> = Operation<Scope, Parser, Parser>;

export interface Resuming<Op> extends Pick<Rounds, "atMost" | "onError"> {
  /** What each is run in: a span, a log line. It must give what `run` gives. */
  around?(
    operation: Op,
    call: Call<object, unknown>,
    run: () => Promise<Recorded>,
  ): Promise<Recorded>;
}

/**
 * One round of {@link resumeAbandoned} over operations, each by its own `onAbandon` and `clientFirst`. Those that are not in
 * the list are left to other workers.
 * @param scopeOf what a handler works with, without a request: your clients, and a session for this account if it wants one
 */
export async function resumeOperations<Scope, Op extends AnyOperation<Scope>>(
  keeping: Keeping,
  operations: readonly Op[],
  scopeOf: (account: string) => Scope,
  { around, ...rounds }: Resuming<Op> = {},
): Promise<Round> {
  const resume = async (abandoned: Abandoned) => {
    const { account, key, procedure } = abandoned;
    const operation = operations.find((known) => known.procedure === procedure);
    if (operation === undefined) throw new Error(`No operation is called ${procedure}`);
    const call = { account, key, input: acceptedBy(operation, abandoned) };
    const run = () =>
      runOperation(keeping, operation, { ...scopeOf(account), ...call }, { abandoned: true });
    try {
      return await (around ? around(operation, call, run) : run());
    } catch (error) {
      if (!(error instanceof IdempotencyError) || error.code !== "KEY_REUSED") throw error;
      throw new NeedsReview(`${procedure} reads its recorded input as another request by now`);
    }
  };
  return await resumeAbandoned(keeping.store, resume, {
    ...rounds,
    procedures: operations.map(({ procedure }) => procedure),
    patientWith: operations
      .filter(({ clientFirst }) => clientFirst)
      .map(({ procedure }) => procedure),
  });
}

function acceptedBy<Scope>({ input }: AnyOperation<Scope>, abandoned: Abandoned): unknown {
  try {
    return parseWith(input, abandoned.input);
  } catch (cause) {
    throw new NeedsReview(`${abandoned.procedure} does not accept its recorded input any more`, {
      cause,
    });
  }
}

/** One round of {@link reap}, with each operation's own `replayWindowHours`, and of {@link forget}. */
export async function reapOperations(
  store: Store,
  operations: readonly Pick<AnyOperation<never>, "procedure" | "replayWindowHours">[],
): Promise<number> {
  const windows = operations.flatMap(({ procedure, replayWindowHours: hours }) =>
    hours === undefined ? [] : [[procedure, hours] as const],
  );
  const ended = await reap(store, { windowHours: Object.fromEntries(windows) });
  await forget(store);
  return ended;
}
