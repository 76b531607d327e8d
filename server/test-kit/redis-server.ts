import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort } from "../../db/embedded/free-port.ts";

export interface RedisServer {
  url: string;
  stop(): Promise<void>;
}

export interface RedisAtHand {
  /** Where one comes from, or why there is none: for the name of a test that does not run. */
  what: string;
  /** Undefined: none is at hand. */
  start: (() => Promise<RedisServer>) | undefined;
}

const SERVERS = ["redis-server", "valkey-server"];

/** A real Redis-protocol server: that of `REDIS_URL`, else a program of this machine on a free port, keeping nothing. */
export function redisAtHand(url: string | undefined): RedisAtHand {
  if (url) return { what: "REDIS_URL", start: async () => ({ url, stop: async () => {} }) };
  const program = SERVERS.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (program !== undefined) return { what: program, start: () => startServer(program) };
  return {
    what: `not at hand: no REDIS_URL, no ${SERVERS.join(" or ")} in PATH`,
    start: undefined,
  };
}

async function startServer(program: string): Promise<RedisServer> {
  const port = await freePort(20_000 + Math.floor(Math.random() * 9_999));
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (/Ready to accept connections/i.test(line)) resolve();
    });
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
