import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Buyer } from "../../test-kit/buyer.ts";
import { serveShop } from "../../test-kit/serve-shop.ts";
import { stackUnderTest } from "../../test-kit/stack.ts";

const RACE =
  "A.before-claim B.before-claim A.after-claim B.after-claim A.before-commit B.before-commit";
const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const stack = stackUnderTest();

/** Playwright as anybody runs it, in an empty folder, over the real socket of the server. */
async function run(spec: string, url: string): Promise<{ code: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "payonce-schedule-"));
  try {
    symlinkSync(MODULES, join(folder, "node_modules"));
    writeFileSync(join(folder, "schedule.spec.ts"), spec);
    const cli = join(folder, "node_modules", "@playwright", "test", "cli.js");
    const child = spawn(process.execPath, [cli, "test", "--reporter=line"], {
      cwd: folder,
      env: { NODE_ENV: "test", PATH: process.env["PATH"], PAYONCE_URL: url },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
    const code = await new Promise<number | null>((ended) => child.once("exit", ended));
    return { code, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("an interleaving is exported as a Playwright test that runs as it stands: red where the count is another", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const shop = await serveShop(stack.services);
  try {
    for (const [lane, charges, code] of [
      ["check-then-insert", 2, 0],
      ["idempotent", 1, 0],
      ["check-then-insert", 1, 1],
    ] as const) {
      const exported = await buyer.query("lab.exportSchedule", { lane, schedule: RACE, charges });
      const ran = await run(Object(exported.result).test, shop.url);
      expect(ran.code, ran.output).toBe(code);
      expect(ran.output).toContain(code === 0 ? "1 passed" : "Expected: 1");
    }
  } finally {
    shop.close();
  }
}, 120_000);
