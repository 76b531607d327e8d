import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "./run.mjs";

test("every process is told what .env.local and .env say, in Next's order, and its own environment wins", async () => {
  const folder = mkdtempSync(join(tmpdir(), "payonce-env-"));
  writeFileSync(join(folder, ".env.local"), "PAYONCE_A=local\nPAYONCE_B=local\n");
  writeFileSync(join(folder, ".env"), "PAYONCE_A=shared\nPAYONCE_B=shared\nPAYONCE_C=shared\n");
  const tell = `const { loadEnv } = await import(${JSON.stringify(new URL("load-env.mjs", import.meta.url).href)});
    loadEnv(${JSON.stringify(folder)});
    const { PAYONCE_A: a, PAYONCE_B: b, PAYONCE_C: c } = process.env;
    process.stdout.write(JSON.stringify({ a, b, c }));`;
  const { output } = await run(process.execPath, ["--input-type=module", "-e", tell], {
    env: { ...process.env, PAYONCE_A: "own" },
  });
  rmSync(folder, { recursive: true });
  expect(JSON.parse(output)).toEqual({ a: "own", b: "local", c: "shared" });
});
