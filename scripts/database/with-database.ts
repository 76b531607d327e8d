import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmbedded } from "../../db/embedded.ts";
import { ADMIN, DATABASE } from "../../db/embedded/folder.ts";
import { takeLock } from "../setup/lock.mjs";
import { readTable } from "../supervisor/process-table.ts";
import type { Settings } from "../supervisor/settings.ts";

/** Which server it is: the caller's, the one of a demo that runs, or one started for this call alone. */
export type Origin = "yours" | "demo" | "started";

/** Calls `work` with the owner's address of this data directory's database, started for it when it is down. */
export async function withDatabase<T>(
  { databaseUrl, dataDir }: Settings,
  work: (adminUrl: string, origin: Origin) => Promise<T>,
): Promise<T> {
  if (databaseUrl) return work(databaseUrl, "yours");
  const lock = takeLock(join(dataDir, "supervisor.json"));
  if (!lock.held) return work(runningUrl(dataDir), "demo");
  try {
    const server = await startEmbedded({ dataDir });
    try {
      return await work(server.adminUrl, "started");
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
  }
}

function runningUrl(dataDir: string): string {
  const port = readTable(join(dataDir, "processes.json")).postgres?.port;
  if (!port) throw new Error("The demo is starting. What to do: wait for its address, then again.");
  const password = readFileSync(join(dataDir, "postgres.password"), "utf8").trim();
  return `postgres://${ADMIN}:${password}@127.0.0.1:${port}/${DATABASE}`;
}
