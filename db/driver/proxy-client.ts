import type postgres from "postgres";
import { type DriverQuery, interceptQuery } from "./driver-query.ts";

export type TransactionBody = (tx: postgres.TransactionSql) => unknown;
/** `options` as the driver takes them: "read only", "isolation level …" or "". */
export type Begin = (options: string, run: TransactionBody) => Promise<unknown>;

/** What to do instead of the driver, at the doors through which a statement can reach it. */
export interface ClientHooks {
  query(query: DriverQuery, send: () => void): void;
  begin?: Begin;
  savepoint?(name: string | undefined, run: TransactionBody): Promise<unknown>;
  /** Overrides what the caller asked of `unsafe`. */
  unsafeOptions?: { prepare: boolean };
}

/** Each sends statements past the hooks, or keeps a connection for itself. */
const closedDoors = new Set<PropertyKey>([
  "begin",
  "savepoint",
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
  const doors = new Map<PropertyKey, unknown>([["unsafe", unsafe]]);
  const { begin, savepoint } = hooks;
  if (begin) {
    doors.set("begin", (first: string | TransactionBody, second?: TransactionBody) =>
      typeof first === "string" ? begin(first, required(second)) : begin("", first),
    );
  }
  if (savepoint) {
    doors.set("savepoint", (first: string | TransactionBody, second?: TransactionBody) =>
      typeof first === "string" ? savepoint(first, required(second)) : savepoint(undefined, first),
    );
  }

  function unsafe(text: string, args: never[] = [], options: object = {}) {
    const built = client.unsafe(text, args, { ...options, ...hooks.unsafeOptions });
    return interceptQuery(built, hooks.query);
  }

  return new Proxy(client, {
    apply(target, self, args) {
      const built: unknown = Reflect.apply(target, self, args);
      return interceptQuery(built, hooks.query);
    },
    get(target, key) {
      const door = doors.get(key);
      if (door !== undefined) return door;
      if (closedDoors.has(key) && key in target) {
        throw new Error(`sql.${String(key)} is not guarded: open a connection of your own for it`);
      }
      const value: unknown = Reflect.get(target, key);
      return value;
    },
  });
}

/** The driver wants either two arguments or one. */
export function savepoint(
  tx: postgres.TransactionSql,
  name: string | undefined,
  run: TransactionBody,
): Promise<unknown> {
  return name === undefined ? tx.savepoint(run) : tx.savepoint(name, run);
}

function required(run: TransactionBody | undefined): TransactionBody {
  if (run === undefined) throw new TypeError("a transaction needs a callback");
  return run;
}
