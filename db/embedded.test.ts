import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { processIdentity } from "../scripts/setup/process-identity.mjs";

let dataDir: string;
let server: Embedded | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "payonce-embedded-"));
  chmodSync(dataDir, 0o755); // PostgreSQL's own account has to get in
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function query<T>(adminUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  return work(sql).finally(() => sql.end({ timeout: 0 }));
}

test("it is durable, on loopback, and its password is its owner's alone", async () => {
  server = await startEmbedded({ dataDir });
  const settings = await query(
    server.adminUrl,
    (sql) => sql`
      select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
             current_setting('full_page_writes') as pages, current_setting('listen_addresses') as listens,
             current_setting('unix_socket_directories') as sockets`,
  );
  expect({ ...settings[0] }).toEqual({
    fsync: "on",
    commit: "on",
    pages: "on",
    listens: "127.0.0.1",
    sockets: "",
  });
  expect(statSync(join(dataDir, "postgres.password")).mode & 0o777).toBe(0o600);
});

test("after kill -9 it starts over the old files, and what was committed is there", async () => {
  server = await startEmbedded({ dataDir });
  const { pid, port } = server;
  await query(server.adminUrl, (sql) => sql`create table paid as select 7 as amount`);
  process.kill(pid, "SIGKILL");
  expect(await server.exited).toBe("SIGKILL");
  server = await startEmbedded({ dataDir, port });
  expect(server.port).toBe(port);
  const rows = await query(server.adminUrl, (sql) => sql`select amount from paid`);
  expect(rows[0]?.["amount"]).toBe(7);
});

test("a backend that is busy when its postmaster is killed does not hold up the next", async () => {
  server = await startEmbedded({ dataDir });
  const sql = postgres(server.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  await sql`select 1`;
  const busy = sql`select count(*) from generate_series(1, 1000000000)`.catch(() => "gone");
  await vi.waitFor(async () => expect(await runningBackends(server)).toBe(1));
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  const since = Date.now();
  server = await startEmbedded({ dataDir, port: server.port });
  expect(Date.now() - since).toBeLessThan(8_000);
  expect(await busy).toBe("gone");
  await sql.end({ timeout: 0 });
});

async function runningBackends(of: Embedded | undefined): Promise<number> {
  const rows = await query(
    of?.adminUrl ?? "",
    (sql) => sql`select 1 from pg_stat_activity where query like '%generate_series%'
                 and state = 'active' and pid <> pg_backend_pid()`,
  );
  return rows.length;
}

test("a wanted port that is taken is left to its owner", async () => {
  const owner = createServer();
  const taken = await new Promise<number>((resolve) => {
    owner.listen(0, "127.0.0.1", () => {
      const address = owner.address();
      resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
    });
  });
  try {
    server = await startEmbedded({ dataDir, port: taken });
    expect(server.port).not.toBe(taken);
  } finally {
    owner.close();
  }
});

test("a pid file whose number a stranger has now does not keep it from starting", async () => {
  server = await startEmbedded({ dataDir });
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  const file = join(dataDir, "postgres", "postmaster.pid");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^\d+/, String(process.pid)));
  server = await startEmbedded({ dataDir });
  await query(server.adminUrl, (sql) => sql`select 1`);
});

test("it ends with the process that started it, even when that one is killed", async () => {
  const code = `
    import { startEmbedded } from ${JSON.stringify(new URL("./embedded.ts", import.meta.url).href)};
    const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} });
    console.log("pid", server.pid);
    setInterval(() => {}, 1000);`;
  const file = join(dataDir, "owner.mts");
  writeFileSync(file, code);
  const owner = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file]);
  let said = "";
  owner.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const pid = await vi.waitFor(() => Number(/pid (\d+)/.exec(said)?.[1] ?? expect.fail(said)), {
    timeout: 20_000,
  });
  owner.kill("SIGKILL");
  await vi.waitUntil(() => processIdentity(pid) === undefined, { timeout: 5_000, interval: 50 });
});
