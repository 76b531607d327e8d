import { createServer, type Server } from "node:http";
import type { Bank } from "./call.ts";
import { applySchema, type DatabaseOptions, openDatabase } from "./database.ts";
import { startDelivering, type Webhook } from "./deliver.ts";
import { prune } from "./prune.ts";
import { serve } from "./serve.ts";

/** `databaseUrl` is of a role that owns the schema `bank`, which exists already. */
export interface BankOptions extends DatabaseOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Whether `X-Bank-Fault` is honoured. Off, the header is a header like any other. */
  faults: boolean;
  /** How long a key is remembered, in hours, fractions allowed. 24 like Stripe; 0 is a bank that forgets at once. */
  keyLifeHours?: number;
  /** Where events are delivered; without it they are recorded and told to nobody. */
  webhook?: Webhook;
}

export interface RunningBank {
  /** `http://127.0.0.1:4242`, without a slash at the end. */
  url: string;
  /** Takes no more requests, lets those at work finish for up to three seconds, then lets go of Postgres. */
  close(): Promise<void>;
}

const DRAIN_MS = 3_000;
const PRUNE_EVERY_MS = 10 * 60 * 1000;

/**
 * Starts the sandbox provider: its schema first (waiting half a minute for Postgres), then HTTP.
 * Throws when the database stays away or the port is taken. May run as often as you like on one database.
 */
export async function startBank(options: BankOptions): Promise<RunningBank> {
  const keyLifeMs = (options.keyLifeHours ?? 24) * 60 * 60 * 1000;
  const database = openDatabase(options);
  const bank: Bank = {
    database,
    keyLifeMs,
    inFlight: new Map(),
    tells: options.webhook !== undefined,
  };
  const server = createServer(
    (request, response) => void serve(bank, options.faults, request, response),
  );
  // Longer than clients keep a connection idle: a socket closed under a client's next POST looks like a lost answer.
  server.keepAliveTimeout = 65_000;
  try {
    await applySchema(database);
    await listen(server, options.host, options.port);
  } catch (error) {
    await database.close();
    throw error;
  }
  const stopDelivering = options.webhook && startDelivering(database, options.webhook);
  const pruning = setInterval(() => void prune(database, { keyLifeMs }), PRUNE_EVERY_MS).unref();

  async function close(): Promise<void> {
    clearInterval(pruning);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection kept alive becomes idle only after its last answer, so once is not enough.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
    await stopDelivering?.();
    await database.close();
  }

  return { url: urlOf(server, options.host), close };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
