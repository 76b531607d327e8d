import type {
  inferProcedureBuilderResolverOptions,
  TRPCMutationProcedure,
  TRPCProcedureBuilder,
  TRPCUnsetMarker,
} from "@trpc/server";
import { type Attempt, type Committed, IdempotencyError, type Recorded } from "../index.ts";
import { answerHeaders } from "../http/index.ts";
import type { Mistake, MustBeJson } from "./json.ts";
import { type Call, type Keeping, type Operation, runOperation } from "./operation.ts";
import {
  type InOf,
  type MustReadItself,
  type OutOf,
  type Parser,
  parseWith,
  type StandardSchema,
} from "./parser.ts";
import { readRequest } from "./read-request.ts";
import { type Http, setHeaders, tellErrors } from "./tell.ts";

/** What the door needs to know of each request. */
export interface DoorSettings extends Keeping {
  /** Who asks, proven: a key belongs to one account, and no other account's key is ever read. */
  account: string;
  /** Mirrors and checks the key's header, and tells replays apart. Without it the input alone has the key. */
  http?: Http | undefined;
  /** After this the client is told OUTCOME_UNKNOWN; the handler runs on. */
  deadlineMs?: number | undefined;
}

/**
 * A procedure whose base has no input and no output yet: the door reads both. What its errors look like is left to the router, since
 * tRPC before 11.22 knows no such parameter, and takes a type that names it for {}.
 */
type Base<Context, Meta, Overrides> = TRPCProcedureBuilder<
  Context,
  Meta,
  Overrides,
  TRPCUnsetMarker,
  TRPCUnsetMarker,
  TRPCUnsetMarker,
  TRPCUnsetMarker,
  false
>;
type ContextOf<Context, Meta, Overrides> = inferProcedureBuilderResolverOptions<
  Base<Context, Meta, Overrides>
>["ctx"];

type Procedure<In, Answer, Meta> = TRPCMutationProcedure<{
  input: In & { idempotencyKey: string };
  output: Answer;
  meta: Meta;
  errorShape: unknown;
}>;

type InputParser<P extends Parser> = P &
  MustBeInput<OutOf<P>> &
  MustReadItself<P> &
  (InOf<P> extends { idempotencyKey: unknown }
    ? Mistake<"The door reads idempotencyKey; leave it out of the schema">
    : [InOf<P>, Extract<InOf<P>, readonly unknown[]>] extends [object, never]
      ? unknown
      : Mistake<"The input must be an object: the key is one of its members">);
/** Of no members at all, some libraries' `object({})` gives {}: what comes of that is looked at in each request. */
type MustBeInput<T> = [T, keyof T] extends [object, never] ? unknown : MustBeJson<T>;

/** All that a handler is given. There is no `signal`: a client that goes away must not undo what was begun. */
export type HandlerCall<Context, Input> = Call<{ ctx: Context }, Input> & { attempt: Attempt };
type Handler<Context, Input, Answer> = (
  call: HandlerCall<Context, Input>,
) => Promise<Committed<Answer>>;
/** What a handler commits, from its own type: as a parameter of `mutation` it was inferred inside `t.router({ … })` alone. */
type AnswerOf<H> = H extends (...given: never[]) => Promise<Committed<infer Answer>>
  ? Answer
  : never;
type Extras<Context, P extends Parser> = Pick<
  Operation<{ ctx: Context }, P>,
  "admission" | "refuse"
> & {
  /** Default: the procedure's path in the router. Give it before you move the procedure. */
  procedure?: string;
};

/** After `.input`: the answer is the handler's, or a schema's. */
export interface WithInput<Context, Meta, P extends Parser> {
  output<Q extends Parser>(
    output: Q & MustBeJson<OutOf<Q>>,
  ): {
    mutation(
      handler: Handler<Context, OutOf<P>, InOf<Q>>,
      extras?: Extras<Context, P>,
    ): Procedure<InOf<P>, OutOf<Q>, Meta>;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer of its own, inferred: anything narrower is taken for what it is
  mutation<H extends Handler<Context, OutOf<P>, any>>(
    handler: H & MustBeJson<AnswerOf<H>>,
    extras?: Extras<Context, P>,
  ): Procedure<InOf<P>, AnswerOf<H>, Meta>;
}

export interface Idempotency<Context, Meta> {
  /** `.input(schema).output(schema).mutation(handler)`, in this order: no other compiles. */
  procedure: { input<P extends Parser>(input: InputParser<P>): WithInput<Context, Meta, P> };
  /** The same door for an {@link Operation} that something else runs too. */
  serve<Scope, P extends Parser, Q extends Parser>(
    operation: Operation<Scope, P, Q>,
    scopeOf: (ctx: Context) => Scope,
  ): Procedure<InOf<P>, OutOf<Q>, Meta>;
}

/**
 * The door between a tRPC router and the package. It owns the order key → input → claim → handler → output check →
 * commit, so that it cannot be put in the wrong place: a wrapper before `.input()` protects nothing and says
 * nothing. A middleware could not replay (its result must come from `next()`), so the resolver itself is wrapped.
 * @param base what every idempotent procedure builds on: `t.procedure`, or yours with its session check
 */
export function createIdempotency<Context, Meta, Overrides>(
  base: Base<Context, Meta, Overrides>,
  settingsOf: (ctx: ContextOf<Context, Meta, Overrides>) => DoorSettings,
): Idempotency<ContextOf<Context, Meta, Overrides>, Meta> {
  type Ctx = ContextOf<Context, Meta, Overrides>;

  function door<Scope, P extends Parser, Q extends Parser, Answer>(
    operation: Unnamed<Operation<Scope, P, Q>>,
    scopeOf: (ctx: Ctx) => Scope,
  ): Procedure<InOf<P>, Answer, Meta> {
    const procedure = base
      .use(async ({ ctx, getRawInput, batchIndex, next }) => {
        const settings = settingsOf(ctx);
        // The key comes first: a request without one must not learn what else is wrong with it.
        const request = await tellErrors(settings.http, undefined, async () =>
          readRequest(await getRawInput(), settings.http, batchIndex),
        );
        const { account } = settings;
        const call = { ...scopeOf(ctx), account, ...request };
        return next({ getRawInput: async () => ({ settings, call }) });
      })
      .input(accepting<Scope, P>(operation.input))
      .mutation(async ({ path, input: { call, settings } }) => {
        const { http, deadlineMs } = settings;
        const named = { ...operation, procedure: operation.procedure ?? path };
        const recorded = await tellErrors(http, call.key, () =>
          withDeadline(deadlineMs, runOperation(settings, named, call)),
        );
        setHeaders(http, answerHeaders(call.key, recorded));
        return JSON.parse(recorded.text);
      });
    // tRPC reads the client's side of these types from its own parsers; here the key is in front of them.
    return procedure as TRPCMutationProcedure<{
      input: never;
      output: Answer;
      meta: Meta;
      errorShape: unknown;
    }>;
  }

  function chain<P extends Parser>(input: P): WithInput<Ctx, Meta, P> {
    const inCtx = (ctx: Ctx) => ({ ctx });
    return {
      output: (output) => ({
        mutation: (handler, extras) => {
          const inner = { ...extras, input, output, handler: handing(handler) };
          return door(inner, inCtx);
        },
      }),
      mutation: (handler, extras) => door({ ...extras, input, handler: handing(handler) }, inCtx),
    };
  }

  return { procedure: { input: chain }, serve: door };
}

type Unnamed<Op extends { procedure: string }> = Omit<Op, "procedure"> & { procedure?: string };

function handing<Context, Input, Answer>(handler: Handler<Context, Input, Answer>) {
  return (attempt: Attempt, call: Call<{ ctx: Context }, Input>) => handler({ ...call, attempt });
}

interface Accepted<Scope, Input> {
  settings: DoorSettings;
  call: Call<Scope, Input>;
}

/** As a schema for tRPC, so that what it refuses is a BAD_REQUEST like any other. */
function accepting<Scope, P extends Parser>(
  parser: P,
): StandardSchema<unknown, Accepted<Scope, OutOf<P>>> {
  return {
    "~standard": {
      version: 1,
      vendor: "payonce-idempotency",
      validate: (value) => {
        // Made a few lines above, by the middleware: tRPC hands it on as unknown.
        const { settings, call } = value as Accepted<Scope, unknown>;
        return { value: { settings, call: { ...call, input: parseWith(parser, call.input) } } };
      },
    },
  };
}

/** The handler runs on behind the deadline; only the client is told that its outcome is not known yet. */
async function withDeadline(ms: number | undefined, work: Promise<Recorded>): Promise<Recorded> {
  if (ms === undefined) return await work;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new IdempotencyError("OUTCOME_UNKNOWN", { retryAfterMs: 1_000 })),
      ms,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
