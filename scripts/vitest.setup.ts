import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { createTestTemplate } from "../db/test-database.ts";
import { PROGRAMS } from "../server/test-kit/built-program.ts";
import { buildPrograms } from "./tests/build-programs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Once a run: a server (the one of DATABASE_ADMIN_URL or DATABASE_URL, else PostgreSQL from npm in a folder of its own,
 * fsync on as in production) and on it a migrated template, from which each test file clones its database;
 * and the programs that tests start, built.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await testServer();
  try {
    const template = await createTestTemplate(server.adminUrl, migrate);
    project.provide("testTemplate", {
      adminUrl: template.adminUrl,
      template: template.template,
    });
    const programs = await buildPrograms(root, PROGRAMS);
    project.provide("programs", { folder: programs.folder });
    return async () => {
      programs.remove();
      await template.drop();
      await server.stop();
    };
  } catch (err) {
    await server.stop();
    throw err;
  }
}

async function testServer(): Promise<{ adminUrl: string; stop(): Promise<void> }> {
  const given = process.env["DATABASE_ADMIN_URL"] || process.env["DATABASE_URL"];
  if (given) return { adminUrl: given, stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), "payonce-test-"));
  // PostgreSQL's own account has to get in.
  chmodSync(dataDir, 0o755);
  const server = await startEmbedded({ dataDir });
  return {
    adminUrl: server.adminUrl,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
