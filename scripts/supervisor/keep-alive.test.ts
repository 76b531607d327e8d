import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processIdentity } from "../setup/process-identity.mjs";
import { keepAlive, type Kept } from "./keep-alive.ts";
import { launch, type Running } from "./launch.ts";
import { processTable, readTable, reap } from "./process-table.ts";

let folder: string;
let kept: Kept[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "payonce-supervisor-"));
  kept = [];
});

afterEach(async () => {
  await Promise.all(kept.map((process) => process.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const node = (code: string, readyLine?: RegExp) => () =>
  launch({
    args: ["-e", code],
    cwd: folder,
    env: process.env,
    log: () => {},
    ...(readyLine ? { readyLine } : {}),
  });

const FOREVER = "setInterval(() => {}, 1000); console.log('up')";
const DEAF = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')";

async function kept1(start: () => Promise<Running>) {
  const ups: Running[] = [];
  const said: string[] = [];
  const process = keepAlive("it", start, {
    log: (line) => said.push(line),
    onUp: (running) => ups.push(running),
  });
  kept.push(process);
  await process.first;
  return { process, ups, said };
}

test("what dies by kill -9 is running again within half a second, and it is told", async () => {
  const { ups, said } = await kept1(node(FOREVER, /up/));
  process.kill(ups[0]?.pid ?? 0, "SIGKILL");
  const killed = Date.now();
  await vi.waitUntil(() => ups.length === 2, { timeout: 3_000, interval: 10 });
  expect(Date.now() - killed).toBeLessThan(1_000); // 0.1 s, and Node's own start
  expect(said.join()).toContain("it ended (SIGKILL); starting it again in 0.1 s");
});

test("what ends at once is started again ever more slowly, and never given up", async () => {
  const { said } = await kept1(node("process.exit(3)"));
  await vi.waitUntil(() => said.length >= 4, { timeout: 10_000 });
  expect(said.map((line) => /again in (\S+) s/.exec(line)?.[1])).toEqual(
    expect.arrayContaining(["0.1", "0.25", "0.5", "1"]),
  );
});

test("a restart that was asked for is no failure: at once, and not told as one", async () => {
  const { process, ups, said } = await kept1(node(FOREVER, /up/));
  await process.restart();
  await vi.waitUntil(() => ups.length === 2, { timeout: 3_000, interval: 10 });
  expect(said).toEqual([]);
});

test("stop leaves no process, not even one that ignores SIGTERM", { timeout: 10_000 }, async () => {
  const { process, ups } = await kept1(node(DEAF, /up/));
  await process.stop();
  expect(processIdentity(ups[0]?.pid ?? 0)).toBeUndefined();
});

test("the first start's failure is the caller's to hear", async () => {
  const start = () => Promise.reject(new Error("no disk"));
  const process = keepAlive("it", start, { log: () => {} });
  await expect(process.first).rejects.toThrow("no disk");
});

test("children end by themselves when their supervisor was killed", async () => {
  const supervisor = join(folder, "supervisor.mts");
  const source = new URL("./launch.ts", import.meta.url).href;
  writeFileSync(
    supervisor,
    `import { launch } from ${JSON.stringify(source)};
     const child = await launch({ args: ["-e", ${JSON.stringify(FOREVER)}], cwd: ".", env: process.env, log() {}, readyLine: /up/ });
     console.log("child", child.pid);`,
  );
  let child = 0;
  const running = await launch({
    args: ["--import", import.meta.resolve("tsx"), supervisor],
    cwd: folder,
    env: process.env,
    log: (line) => (child ||= Number(/child (\d+)/.exec(line)?.[1] ?? 0)),
    readyLine: /child/,
  });
  process.kill(running.pid, "SIGKILL");
  await running.exited;
  await vi.waitUntil(() => processIdentity(child) === undefined, { timeout: 3_000, interval: 20 });
});

test("the next start ends what was left, and spares a stranger with a number of old", async () => {
  const file = join(folder, "processes.json");
  const left = await node(FOREVER, /up/)();
  const stranger = await node(FOREVER, /up/)();
  try {
    processTable(file).up("web", left);
    const entries = readTable(file);
    const old = { pid: stranger.pid, identity: `${stranger.pid}@1` };
    writeFileSync(file, JSON.stringify({ ...entries, bank: old }));
    await reap(file, () => {});
    expect(processIdentity(left.pid)).toBeUndefined();
    expect(processIdentity(stranger.pid)).toBeDefined();
  } finally {
    await Promise.all([left.stop(), stranger.stop()]);
  }
});
