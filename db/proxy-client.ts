import type postgres from "postgres";
import { interceptQuery, type DriverQuery } from "./driver-query.ts";

type TransactionBody = (tx: postgres.TransactionSql) => unknown;

/** What to do instead of the driver, at the three doors through which a statement can reach it. */
export interface ClientHooks {
  query(query: DriverQuery, send: () => void): void;
  begin?(options: string, run: TransactionBody): Promise<unknown>;
  savepoint?(name: string | undefined, run: TransactionBody): Promise<unknown>;
  /** Overrides what the caller asked of `unsafe`; Drizzle always asks for `prepare: false`. */
  unsafeOptions?: { prepare: boolean };
}

/** Each sends statements past the hooks, or keeps a connection for itself. */
const closedDoors = new Set<PropertyKey>([
  "reserve",
  "listen",
  "subscribe",
  "largeObject",
  "notify",
  "file",
  "prepare",
]);

/** A client that looks like the driver's, to callers and to Drizzle, and does nothing behind the hooks' back. */
export function proxyClient<C extends postgres.ISql>(client: C, hooks: ClientHooks): C {
  const unsafe = (text: string, args: never[] = [], options: object = {}) =>
    interceptQuery(client.unsafe(text, args, { ...options, ...hooks.unsafeOptions }), hooks.query);
  const begin = (first: string | TransactionBody, second?: TransactionBody) =>
    typeof first === "string" ? hooks.begin?.(first, required(second)) : hooks.begin?.("", first);
  const savepoint = (first: string | TransactionBody, second?: TransactionBody) =>
    typeof first === "string"
      ? hooks.savepoint?.(first, required(second))
      : hooks.savepoint?.(undefined, first);

  return new Proxy(client, {
    apply(target, self, args) {
      const built: unknown = Reflect.apply(target, self, args);
      return interceptQuery(built, hooks.query);
    },
    get(target, key) {
      if (key === "unsafe") return unsafe;
      if (key === "begin" && hooks.begin) return begin;
      if (key === "savepoint" && hooks.savepoint) return savepoint;
      if (closedDoors.has(key)) {
        throw new Error(`sql.${String(key)} is not guarded: open a connection of your own for it`);
      }
      const value: unknown = Reflect.get(target, key);
      return value;
    },
  });
}

function required(run: TransactionBody | undefined): TransactionBody {
  if (run === undefined) throw new TypeError("a transaction needs a callback");
  return run;
}
