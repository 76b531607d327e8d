import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.mjs";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "payonce-lock-"));
  file = join(folder, "it.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the second taker is told who holds it, and where that one answers", () => {
  const lock = takeLock(file);
  if (!lock.held) throw new Error("not held");
  lock.update("http://127.0.0.1:3000");
  const second = takeLock(file);
  expect(second).toMatchObject({
    held: false,
    owner: { pid: process.pid, address: "http://127.0.0.1:3000" },
  });
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock of a process that is dead, or whose number another one has, is taken over", () => {
  for (const identity of [`${process.pid}@1`, "4194000@7"]) {
    writeFileSync(file, JSON.stringify({ pid: Number.parseInt(identity, 10), identity }));
    const lock = takeLock(file);
    expect(lock.held).toBe(true);
    if (lock.held) lock.release();
  }
});

test("of eight processes that find a stale lock at once, one takes it", async () => {
  writeFileSync(file, JSON.stringify({ pid: 4_194_000, identity: "4194000@7" }));
  const source = new URL("./lock.mjs", import.meta.url).href;
  const code = `const { takeLock } = await import(${JSON.stringify(source)});
    console.log(takeLock(${JSON.stringify(file)}).held); setTimeout(() => {}, 2500);`;
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
      await new Promise((resolve) => child.once("exit", resolve));
      return said.trim();
    }),
  );
  expect(answers.filter((answer) => answer === "true")).toHaveLength(1);
});
