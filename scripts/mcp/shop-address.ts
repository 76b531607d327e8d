import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTable } from "../supervisor/process-table.ts";
import { readSettings } from "../supervisor/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** PAYONCE_URL, or where the demo with this DATA_DIR runs at the moment. Throws with what to do. */
export function shopAddress(): string {
  const { env } = process;
  if (env.PAYONCE_URL) return env.PAYONCE_URL.replace(/\/$/, "");
  const { dataDir } = readSettings(root, false);
  const port = readTable(join(dataDir, "processes.json")).web?.port;
  if (port) return `http://127.0.0.1:${port}`;
  throw new Error("No shop runs here. What to do: `npm run demo`, or PAYONCE_URL=http://….");
}
