import { connect, createServer, type Socket } from "node:net";
import { tie } from "../../db/driver/conformance/tcp-proxy.ts";

export interface PoolerDoor {
  /** The same database URL, by way of the door. */
  url: string;
  /** Settings that a client wanted to start with. Each was refused, as PgBouncer does. */
  readonly refused: string[];
  /** Names of statements that a client prepared: its next transaction may be another backend's, which knows none. */
  readonly prepared: string[];
  close(): Promise<void>;
}

/** What PgBouncer lets a client start with; for all else it needs `ignore_startup_parameters`. */
const TAKEN = new Set([
  "user",
  "database",
  "application_name",
  "client_encoding",
  "DateStyle",
  "TimeZone",
  "standard_conforming_strings",
]);
const PARSE = "P".charCodeAt(0);

/**
 * What a pooler in transaction mode asks of its clients, without the pooler, which npm does not have: it refuses what PgBouncer 1.18 was
 * seen to refuse at start-up, and notes down what would go wrong behind one later.
 */
export async function openPoolerDoor(databaseUrl: string): Promise<PoolerDoor> {
  const target = new URL(databaseUrl);
  const [refused, prepared]: [string[], string[]] = [[], []];
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    tie([client, upstream], sockets);
    // Whole messages: the names stand in their bodies, which the driver's own reader skips.
    let unread = Buffer.alloc(0);
    let started = false;
    client.on("data", (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      // A start-up message has no byte for its type.
      for (let head = started ? 5 : 4; unread.length >= head; head = started ? 5 : 4) {
        const length = unread.readUInt32BE(head - 4) + head - 4;
        if (unread.length < length) return;
        const message = unread.subarray(0, length);
        unread = unread.subarray(length);
        if (!started) {
          const unknown = settingsOf(message).find((name) => !TAKEN.has(name));
          if (unknown !== undefined) {
            refused.push(unknown);
            client.end(fatal(`unsupported startup parameter: ${unknown}`));
            return;
          }
          started = true;
        } else if (message[0] === PARSE && message[5] !== 0) {
          prepared.push(message.toString("utf8", 5, message.indexOf(0, 5)));
        }
        upstream.write(message);
      }
    });
    upstream.on("data", (chunk: Buffer) => void client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return {
    url: url.href,
    refused,
    prepared,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Length and version, then names and values in turn, each ended by a zero. */
function settingsOf(message: Buffer): string[] {
  const texts = message.toString("utf8", 8).split("\0");
  return texts.filter((name, at) => at % 2 === 0 && name !== "");
}

function fatal(text: string): Buffer {
  const fields = ["SFATAL", "VFATAL", "C08P01", `M${text}`, ""].join("\0");
  const body = Buffer.from(`${fields}\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
