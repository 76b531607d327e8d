// `npm test` [unit|e2e|all] [arguments for vitest or Playwright]: does its own set-up, ends with "N passed, N failed".
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./setup/install.mjs";
import { checkNodeVersion } from "./setup/node-version.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const modes = ["unit", "e2e", "all"];
const [first = "all", ...others] = process.argv.slice(2);
const mode = modes.includes(first) ? first : "all";
const args = mode === first ? others : [first, ...others];
const total = { passed: 0, failed: 0 };

checkNodeVersion();
try {
  if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
  await ensureInstalled(root);
  const { register } = await import("tsx/esm/api");
  register();
  if (mode !== "e2e") add(await (await import("./tests/run-unit.ts")).runUnit(root, args));
  if (mode !== "unit") add(await (await import("./tests/run-e2e.ts")).runE2e(root, args));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  total.failed += 1;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** @param {{ passed: number, failed: number }} counts */
function add({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}
