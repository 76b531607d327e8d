import { connect, createServer, type Server, type Socket } from "node:net";
import { createMessageReader } from "../message-reader.ts";

export interface TcpProxy {
  /** The same database URL, by way of the proxy. */
  url: string;
  /** Changes of direction from here to there: what the pool waited for. Start-up included. */
  readonly trips: number;
  /** The most requests that were out at once, over all connections. */
  readonly outMax: number;
  /** From now on nothing that Postgres says arrives, and nothing is closed: a silent peer. */
  swallowAnswers(): void;
  /** The next thing that Postgres says is lost, and its connection is reset: done, and nobody heard of it. Resolves then. */
  loseNextAnswer(): Promise<void>;
  /** From now on answers arrive one byte at a time, with this pause before each. */
  dripAnswers(everyMs: number): void;
  /** Resets every connection and refuses new ones until `listen`. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  close(): Promise<void>;
}

type Forward = (chunk: Buffer, client: Socket) => void;

const forwardAtOnce: Forward = (chunk, client) => void client.write(chunk);

/** A small proxy between the pool and Postgres, which counts and, when told to, misbehaves. */
export async function openTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<Socket>();
  let forward = forwardAtOnce;
  let server: Server;
  let port = 0;
  let trips = 0;
  let out = 0;
  let outMax = 0;

  function accept(client: Socket): void {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    const count = countRequests((change) => {
      out += change;
      outMax = Math.max(outMax, out);
    });
    let answered = true;
    tie([client, upstream], pairs, () => count.over());
    client.on("data", (chunk: Buffer) => {
      if (answered) trips++;
      answered = false;
      count.sent(chunk);
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      answered = true;
      count.received(chunk);
      forward(chunk, client);
    });
  }

  async function listen(): Promise<void> {
    server = createServer(accept);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const address = server.address();
    if (address !== null && typeof address === "object") port = address.port;
  }

  async function refuse(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of pairs) socket.resetAndDestroy();
    await closed;
  }

  await listen();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    get trips() {
      return trips;
    },
    get outMax() {
      return outMax;
    },
    swallowAnswers() {
      forward = () => {};
    },
    loseNextAnswer() {
      return new Promise((resolve) => {
        forward = (_chunk, client) => {
          forward = forwardAtOnce;
          client.resetAndDestroy();
          resolve();
        };
      });
    },
    dripAnswers(everyMs) {
      const queue: [Socket, number][] = [];
      const timer = setInterval(() => {
        const next = queue.shift();
        if (next) next[0].write(Buffer.from([next[1]]));
      }, everyMs);
      timer.unref();
      forward = (chunk, client) => {
        for (const byte of chunk) queue.push([client, byte]);
      };
    },
    refuse,
    listen,
    close: refuse,
  };
}

/** What ends one of the two ends the other. They are in `open` until then. */
export function tie(pair: [Socket, Socket], open: Set<Socket>, onClose = () => {}): void {
  for (const socket of pair) {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => {
      open.delete(socket);
      onClose();
      for (const each of pair) each.destroy();
    });
  }
}

/** Requests (simple query or Sync) less answers (ReadyForQuery); the first answer ends the start-up. */
function countRequests(changed: (by: number) => void) {
  let started = false;
  let mine = 0;
  const change = (by: number) => {
    mine += by;
    changed(by);
  };
  const readSent = createMessageReader((type) => {
    if (type === "Q".charCodeAt(0) || type === "S".charCodeAt(0)) change(1);
  });
  const readReceived = createMessageReader((type) => {
    if (type !== "Z".charCodeAt(0)) return;
    if (started) change(-1);
    started = true;
  });
  return {
    sent: (chunk: Buffer) => started && readSent(chunk),
    received: readReceived,
    over: () => change(-mine),
  };
}
