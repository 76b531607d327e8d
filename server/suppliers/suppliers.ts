import { createServer, type Server } from "node:http";
import { applySchema, type DatabaseOptions, openDatabase } from "./database.ts";
import { serve } from "./serve.ts";

/** `databaseUrl` is of a role that owns the schema `suppliers`, which exists already. */
export interface SuppliersOptions extends DatabaseOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Whether `X-Supplier-Fault` is honoured. Off, the header is a header like any other. */
  faults: boolean;
}

export interface RunningSuppliers {
  /** `http://127.0.0.1:4343`, without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts warehouse, post and courier: their schema first (waiting half a minute for Postgres), then HTTP.
 * Throws when the database stays away or the port is taken. May run as often as you like on one database.
 */
export async function startSuppliers(options: SuppliersOptions): Promise<RunningSuppliers> {
  const sql = openDatabase(options);
  const server = createServer((request, response) => {
    void serve(sql, options.faults, request, response);
  });
  // Longer than clients keep a connection idle: a socket closed under a client's next POST looks like a lost answer.
  server.keepAliveTimeout = 65_000;
  try {
    await applySchema(sql);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection kept alive becomes idle only after its last answer, so once is not enough.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const cut = setTimeout(() => server.closeAllConnections(), 3_000);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
    await sql.end({ timeout: 2 });
  }
  return { url: urlOf(server, options.host), close };
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
