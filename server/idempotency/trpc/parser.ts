import type { Mistake } from "./json.ts";

/**
 * What the door needs of a schema: Standard Schema (zod, valibot, arktype, effect …) or a plain function. It must be synchronous,
 * see {@link parseWith}.
 */
export type Parser<In = unknown, Out = unknown> =
  StandardSchema<In, Out> | ((value: unknown) => Out);

/** The part of https://standardschema.dev that is used; written here so that no dependency comes with it. */
export interface StandardSchema<In = unknown, Out = In> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result<Out> | Promise<Result<Out>>;
    readonly types?: { readonly input: In; readonly output: Out } | undefined;
  };
}

type Result<Out> =
  { readonly value: Out; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/** What a client writes. */
export type InOf<P> =
  P extends StandardSchema<infer In, unknown>
    ? In
    : P extends (value: unknown) => infer Out
      ? Out
      : never;
/** What the handler reads. */
export type OutOf<P> =
  P extends StandardSchema<infer _In, infer Out>
    ? Out
    : P extends (value: unknown) => infer Out
      ? Out
      : never;

/** `unknown` where a schema accepts what it gave, as far as types show it: its output is recorded, and read by it again. */
export type MustReadItself<P> = [OutOf<P>] extends [Unfrozen<InOf<P>>]
  ? unknown
  : Mistake<"The input is recorded as the schema gave it and read by it again: its output must be an input of it">;

/** `readonly` on either side says nothing of what is read. */
type Unfrozen<T> = unknown extends T ? T : { readonly [Name in keyof T]: Unfrozen<T[Name]> };

/** As tRPC's own of a Standard Schema: an error formatter finds the `issues`, with their paths. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ message }) => message).join("; "));
    this.issues = issues;
  }
}

/**
 * Reads a value by a schema. Synchronous, because the answer is checked between the handler and its commit, where
 * nothing but SQL may be awaited.
 * @throws whatever the schema throws; for a Standard Schema without `parse` a {@link SchemaError}
 * @throws {TypeError} a schema that is not synchronous
 */
export function parseWith<P extends Parser>(parser: P, value: unknown): OutOf<P>;
export function parseWith(parser: Parser, value: unknown): unknown {
  if (!("~standard" in parser)) return atOnce(parser(value));
  // The schema's own error (a ZodError) says more than the standard's issues, and error formatters know it.
  if ("parse" in parser && typeof parser.parse === "function") {
    try {
      return parser.parse(value);
    } catch (cause) {
      // zod says so of its own accord, and names a method that the door has not.
      throw cause instanceof Error && /parseAsync/.test(cause.message) ? notAtOnce(cause) : cause;
    }
  }
  const result = atOnce(parser["~standard"].validate(value));
  if (result.issues) throw new SchemaError(result.issues);
  return result.value;
}

function atOnce<T>(result: T | Promise<T>): T {
  if (!(result instanceof Promise)) return result;
  // Nobody waits for it, and what it rejects with must not end the process.
  result.catch(() => {});
  throw notAtOnce();
}

const notAtOnce = (cause?: Error) =>
  new TypeError(
    "A schema of the door must be synchronous: check what has to be awaited in the handler",
    { cause },
  );
