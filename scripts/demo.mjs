// `npm run demo` and `npm run dev`: everything from a fresh clone to an address that answers.
// Plain JavaScript, and nothing of node_modules until it is there.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./setup/install.mjs";
import { checkNodeVersion } from "./setup/node-version.mjs";

const started = Date.now();
const root = fileURLToPath(new URL("..", import.meta.url));

checkNodeVersion();
try {
  if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
  await ensureInstalled(root);
  const { register } = await import("tsx/esm/api");
  register();
  const { runDemo } = await import("./supervisor/run-demo.ts");
  await runDemo({ root, dev: process.argv.includes("--dev"), started });
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
