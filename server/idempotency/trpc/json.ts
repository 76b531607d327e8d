declare const why: unique symbol;
/** Nothing has this type: where it is asked for, the compiler stops and shows the sentence. */
export interface Mistake<Sentence extends string> {
  readonly [why]: Sentence;
}

/**
 * T, with everything that does not survive JSON put out of reach: Date, Map, bigint, functions, streams, undefined
 * where something is promised, and what may be any of these. A replay is text: what it loses, the second caller would miss.
 */
export type Json<T> = 0 extends 1 & T
  ? T
  : unknown extends T
    ? Mistake<"unknown may be anything; JSON must be promised">
    : T extends string | number | boolean | null
      ? T
      : T extends void
        ? Mistake<"undefined and void are no JSON; give null where there is nothing to say">
        : T extends bigint | symbol | ((...args: never[]) => unknown)
          ? Mistake<"this does not survive JSON">
          : T extends readonly (infer Item)[]
            ? readonly Json<Item>[]
            : [keyof T] extends [never]
              ? Mistake<"object and {} may be anything; name the members, or give null">
              : { [Name in keyof T]: Member<T, Name> };

type Member<T, Name extends keyof T> = undefined extends T[Name]
  ? object extends Pick<T, Name>
    ? Json<Exclude<T[Name], undefined>> | undefined
    : Mistake<"JSON leaves undefined out">
  : Json<T[Name]>;

/** `unknown` when T is JSON, so that `X & MustBeJson<T>` is X; else a type that X cannot have. */
export type MustBeJson<T> = [T] extends [Json<T>]
  ? unknown
  : Json<T> extends Mistake<infer Sentence>
    ? Mistake<Sentence>
    : Mistake<"This must be JSON: a replay gives back the same bytes">;
