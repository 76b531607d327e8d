import { SQL } from "drizzle-orm";
import type { Store } from "../idempotency/index.ts";
import { textOf } from "./rewriting-store.ts";

/** The store with another way for statements whose text has `sign` in it. */
export function withExecute<S extends Store>(
  store: S,
  sign: string,
  instead: (statement: SQL) => Promise<unknown>,
): S {
  const execute = (statement: SQL) =>
    statement instanceof SQL && textOf(statement).includes(sign)
      ? instead(statement)
      : store.execute(statement);
  return new Proxy(store, {
    get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name, target)),
  });
}
