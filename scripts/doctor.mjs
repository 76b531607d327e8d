// `npm run doctor` [--report]: one line a check, exit 1 if any is red. Installs nothing and stops nothing.
import { root } from "./setup/begin.mjs";
import { isInstalled } from "./setup/install.mjs";
import { loadEnv } from "./setup/load-env.mjs";
import { checkNodeVersion } from "./setup/node-version.mjs";

checkNodeVersion();
loadEnv(root);
if (!isInstalled(root)) {
  console.log("✕  packages     missing, or not what the lock and the driver's patch say");
  console.log("                what to do: npm run check (or demo, or test) installs them");
  process.exit(1);
}
const { register } = await import("tsx/esm/api");
register();
const { runDoctor } = await import("./doctor/run-doctor.ts");
process.exit((await runDoctor(root, process.argv.includes("--report"))) ? 0 : 1);
