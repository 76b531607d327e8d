import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.next/**", "**/.data/**", "e2e/**"],
    globalSetup: ["scripts/vitest.setup.ts"],
    pool: "forks",
    // Postgres works beside them: more than one process for each core only makes the times unsteady.
    maxWorkers: 2,
    // A test that passes the second time has found something.
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default"],
  },
});
