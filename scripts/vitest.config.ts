import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The minutes are in `chaos/`, whose files are short: where no run has left its times, vitest would come to them last. */
class MinutesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const takesMinutes = ({ moduleId }: TestSpecification) => moduleId.includes("/chaos/");
    return [...usual.filter(takesMinutes), ...usual.filter((file) => !takesMinutes(file))];
  }
}

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.next/**", "**/.data/**", "e2e/**"],
    globalSetup: ["scripts/vitest.setup.ts"],
    pool: "forks",
    // Postgres works beside them: more than one process for each core only makes the times unsteady.
    maxWorkers: 2,
    // Or one process would play histories at the end, and the other have nothing left.
    sequence: { sequencer: MinutesFirst },
    // A test that passes the second time has found something.
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default"],
  },
});
