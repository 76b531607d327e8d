import postgres from "postgres";
import { driverOptions, type SessionOptions } from "./driver-options.ts";
import { proxyClient } from "./proxy-client.ts";

/**
 * Runs `run` with a client whose statements all go over one connection, which nobody else uses and which ends with it.
 * Not `sql.reserve()`: as the first use of a pool it hangs with `fetch_types: false`. Once the connection has died, every
 * further statement is rejected with CONNECTION_CLOSED; a new one would not be the one that was asked for.
 */
export async function withConnection<T>(
  session: SessionOptions,
  run: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const { url, options } = driverOptions(session);
  let closed = false;
  const onclose = () => {
    closed = true;
  };
  const raw = postgres(url, { ...options, max: 1, onclose, idle_timeout: 0, max_lifetime: null });
  const sql = proxyClient(raw, {
    query(query, send) {
      if (closed) query.reject(connectionClosed());
      else send();
    },
  });
  try {
    return await run(sql);
  } finally {
    await raw.end({ timeout: 1 });
  }
}

function connectionClosed(): Error {
  return Object.assign(new Error("The connection is gone"), { code: "CONNECTION_CLOSED" });
}
