import { join } from "node:path";
import { startEmbedded } from "../../db/embedded.ts";
import { freePort } from "../../db/embedded/free-port.ts";
import { buildWeb } from "./build-web.ts";
import { buildEnvironment, inherited, stackWide } from "./environment.ts";
import { keepAlive, type Kept } from "./keep-alive.ts";
import { launch, type Running } from "./launch.ts";
import { migrate } from "./migrate.ts";
import { processTable, reap } from "./process-table.ts";
import { roleUrls, secretOf, type Settings } from "./settings.ts";
import { waitUntilReady } from "./wait-until-ready.ts";
import { watchSources } from "./watch-sources.ts";

/** Other companies: programs that share nothing with ours but HTTP. */
type Partner = "bank" | "suppliers";

export interface Stack {
  /** Resolves with the web's address when `/api/health/ready` says 200. Rejects with what to do. */
  start(): Promise<string>;
  /** Leaves no process. May be called at any moment, more than once. */
  stop(): Promise<void>;
}

/** Says one line, for one of the processes. */
export type Log = (name: string, line: string) => void;

const POSTGRES_PORT = 5433;
const PARTNER_PORTS = { from: 20_000, to: 29_999 }; // below what the kernel gives to outgoing connections

/** PostgreSQL → migrations → bank and suppliers → worker → web: each kept alive, each in `DATA_DIR/processes.json`. */
export function createStack(settings: Settings, log: Log): Stack {
  const { root, dataDir, host } = settings;
  const file = join(dataDir, "processes.json");
  const table = processTable(file);
  const kept = new Map<string, Kept>();
  let stopped: Promise<void> | undefined;
  let adminUrl = settings.databaseUrl ?? "";
  const ports = { bank: 0, suppliers: 0 };
  let webPort = 0;

  const keep = async (name: string, start: () => Promise<Running>) => {
    if (stopped) throw new Error("stopped");
    const process = keepAlive(name, start, {
      log: (line) => log("demo", line),
      onUp: (running) => table.up(name, running),
      onDown: () => table.down(name),
    });
    kept.set(name, process);
    await process.first;
  };

  const environment = (role: "web" | "worker" | Partner): NodeJS.ProcessEnv => {
    const { app, bank, suppliers } = roleUrls(adminUrl);
    const common = { ...inherited(), ...stackWide(settings) };
    if (role === "bank") {
      const own = { BANK_PORT: String(ports.bank), BANK_DATABASE_URL: bank };
      const webhook = {
        BANK_WEBHOOK_URL: `http://${reachable(host)}:${webPort}/api/webhooks/bank`,
        BANK_WEBHOOK_SECRET: secretOf(dataDir, "webhook"),
      };
      return { ...common, HOST: "127.0.0.1", ...own, ...webhook };
    }
    if (role === "suppliers") {
      const own = { SUPPLIERS_PORT: String(ports.suppliers), SUPPLIERS_DATABASE_URL: suppliers };
      return { ...common, HOST: "127.0.0.1", ...own };
    }
    return {
      ...common,
      DATABASE_URL: app,
      BANK_URL: `http://127.0.0.1:${ports.bank}`,
      SUPPLIERS_URL: `http://127.0.0.1:${ports.suppliers}`,
      SESSION_SECRET: secretOf(dataDir, "session"),
      BANK_WEBHOOK_SECRET: secretOf(dataDir, "webhook"),
      DATA_DIR: dataDir,
      HOST: host,
      PORT: String(webPort),
    };
  };

  const postgres = async (): Promise<Running> => {
    const wanted = adminUrl ? Number(new URL(adminUrl).port) : POSTGRES_PORT;
    const server = await startEmbedded({
      dataDir,
      port: wanted,
      log: (line) => /^(LOG|HINT|DETAIL|STATEMENT):/.test(line) || log("postgres", line),
    });
    if (server.port !== wanted)
      log("demo", `port ${wanted} is taken: PostgreSQL is on ${server.port}`);
    const moved = adminUrl !== "" && adminUrl !== server.adminUrl;
    adminUrl = server.adminUrl;
    if (moved)
      for (const name of ["bank", "suppliers", "worker", "web"]) void kept.get(name)?.restart();
    return server;
  };

  const program = (role: Partner | "worker", entry: string, port?: () => number) => () =>
    launch({
      args: ["--import", "tsx", entry],
      cwd: root,
      env: environment(role),
      port: port?.(),
      log: (line) => log(role, line),
    });

  const partner = (name: Partner) => async (): Promise<Running> => {
    const span = PARTNER_PORTS.to - PARTNER_PORTS.from;
    const before = ports[name];
    ports[name] = await freePort(before || PARTNER_PORTS.from + Math.floor(Math.random() * span));
    if (before && before !== ports[name]) {
      for (const client of ["worker", "web"]) void kept.get(client)?.restart();
    }
    return program(name, `server/${name}/main.ts`, () => ports[name])();
  };

  const web = async (): Promise<Running> => {
    const wanted = webPort;
    webPort = await freePort(wanted, host);
    if (webPort !== wanted) {
      log("demo", `port ${wanted} is taken: the web is on ${webPort}`);
      // The bank delivers its events to where it was told that the web is.
      void kept.get("bank")?.restart();
    }
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    return launch({
      args: [next, settings.dev ? "dev" : "start", "-H", host, "-p", String(webPort)],
      cwd: root,
      env: environment("web"),
      port: webPort,
      log: (line) => line.trim() === "" || log("web", line),
      readyLine: /Ready in/,
    });
  };

  const behindTheWeb = async () => {
    if (!settings.databaseUrl) await keep("postgres", postgres);
    await migrate(settings, adminUrl, (line) => log("demo", line));
    await keep("bank", partner("bank"));
    await keep("suppliers", partner("suppliers"));
    await keep("worker", program("worker", "server/worker/main.ts"));
  };

  return {
    async start() {
      await reap(file, (line) => log("demo", line));
      table.up("supervisor", { pid: process.pid });
      // Before the bank starts: it is told where to deliver its events.
      webPort = await freePort(settings.port, host);
      if (webPort !== settings.port)
        log("demo", `port ${settings.port} is taken: the web is on ${webPort}`);
      const pages = settings.dev
        ? Promise.resolve()
        : buildWeb(root, buildEnvironment(settings), (line) => log("demo", line));
      await allOrFirstError([behindTheWeb(), pages]);
      await keep("web", web);
      if (settings.dev) {
        watchSources(root, () => {
          for (const name of ["bank", "suppliers", "worker"]) void kept.get(name)?.restart();
        });
      }
      await waitUntilReady(
        () => `http://${reachable(host)}:${webPort}`,
        (line) => log("demo", line),
        () => stopped !== undefined,
      );
      return `http://${reachable(host)}:${webPort}`;
    },
    stop() {
      stopped ??= (async () => {
        const ends = (names: string[]) => Promise.all(names.map((name) => kept.get(name)?.stop()));
        await ends(["web", "worker"]);
        await ends(["bank", "suppliers"]);
        await ends(["postgres"]);
        table.down("supervisor");
      })();
      return stopped;
    },
  };
}

/** All addresses means that one's own reaches it too. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** Rejects with the first error, but not before the others have settled: nothing starts behind a stop. */
async function allOrFirstError(work: Promise<void>[]): Promise<void> {
  let first: unknown;
  await Promise.all(work.map((part) => part.catch((error: unknown) => (first ??= error))));
  if (first) throw first;
}
