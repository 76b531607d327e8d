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

const exclude = ["**/node_modules/**", "**/.next/**", "**/.data/**"];
const HISTORIES = "chaos/histories/**/*.test.ts";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    globalSetup: ["scripts/vitest.setup.ts"],
    pool: "forks",
    // A test that passes the second time has found something.
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "histories",
          include: [HISTORIES],
          exclude,
          // They have a time to keep, and use both cores by themselves.
          maxWorkers: 1,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "tests",
          include: ["**/*.test.ts"],
          exclude: [...exclude, HISTORIES],
          // Postgres works beside them: more than one process for each core only makes the times unsteady.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // Or one process would play schedules at the end, and the other have nothing left.
    sequence: { sequencer: MinutesFirst },
  },
});
