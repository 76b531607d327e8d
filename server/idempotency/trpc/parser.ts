/** What the door needs of a schema: Standard Schema (zod, valibot, arktype, effect …) or a plain function. */
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
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: ReadonlyArray<{ readonly message: string }> };

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

/**
 * Reads a value by a schema. Synchronous, because the answer is checked between the handler and its commit, where
 * nothing but SQL may be awaited.
 * @throws whatever the schema throws; for a Standard Schema without `parse` an Error that joins its issues
 */
export function parseWith<P extends Parser>(parser: P, value: unknown): OutOf<P>;
export function parseWith(parser: Parser, value: unknown): unknown {
  if (!("~standard" in parser)) return parser(value);
  // The schema's own error (a ZodError) says more than the standard's issues, and error formatters know it.
  if ("parse" in parser && typeof parser.parse === "function") return parser.parse(value);
  const result = parser["~standard"].validate(value);
  if (result instanceof Promise) throw new TypeError("A schema of the door must be synchronous");
  if (result.issues) throw new Error(result.issues.map(({ message }) => message).join("; "));
  return result.value;
}
