// `npm test` [unit|e2e|all] [arguments for vitest or Playwright]: does its own set-up, ends with "N passed, N failed".
import { begin, root } from "./setup/begin.mjs";

const [first = "all", ...others] = process.argv.slice(2);
const mode = ["unit", "e2e", "all"].includes(first) ? first : "all";
const args = mode === first ? others : [first, ...others];
const total = { passed: 0, failed: 0 };

// Whatever ends this process, its last line is the count, and only a count without failures is green.
process.on("exit", (code) => {
  if (code !== 0 && total.failed === 0) total.failed = 1;
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
});

await begin(async () => {
  if (mode !== "e2e") add(await (await import("./tests/run-unit.ts")).runUnit(root, args));
  if (mode !== "unit") {
    try {
      add(await (await import("./tests/run-e2e.ts")).runE2e(root, args));
    } catch (error) {
      console.error(`\n${error instanceof Error ? error.message : error}`);
      total.failed += 1;
    }
  }
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
});

/** @param {{ passed: number, failed: number }} counts */
function add({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}
