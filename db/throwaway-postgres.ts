import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "./embedded.ts";

/**
 * Calls `work` with an owner's address: the `given` one, else that of a PostgreSQL that is started for this call, with fsync
 * on, and removed with its files.
 */
export async function withThrowawayPostgres<T>(
  given: string | undefined,
  work: (adminUrl: string) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return await work(given);
  const dataDir = mkdtempSync(join(tmpdir(), "payonce-throwaway-"));
  try {
    chmodSync(dataDir, 0o755); // PostgreSQL's own account has to get in
    const server = await startEmbedded({ dataDir });
    try {
      return await work(server.adminUrl);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
