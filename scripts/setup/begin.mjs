import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { loadEnv } from "./load-env.mjs";
import { checkNodeVersion } from "./node-version.mjs";

/** The clone that these scripts belong to, whatever folder they are called from. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/**
 * What every command does first: Node's version, `.env.local` and `.env`, the packages; from then on TypeScript may be imported.
 * An error's message is all that is shown of it: it says what to do.
 * @param {() => Promise<void>} main
 */
export async function begin(main) {
  checkNodeVersion();
  try {
    loadEnv(root);
    await ensureInstalled(root);
    const { register } = await import("tsx/esm/api");
    register();
    await main();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
