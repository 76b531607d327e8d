// `npm test` [unit|e2e|all] [arguments for vitest or Playwright]: does its own set-up, ends with "N passed, N failed".
import { begin, root } from "./setup/begin.mjs";

const [first = "all", ...others] = process.argv.slice(2);
const mode = ["unit", "e2e", "all"].includes(first) ? first : "all";
const args = mode === first ? others : [first, ...others];
/** @type {import("./tests/counts.ts").Counts} */
const total = { passed: 0, red: [] };

// Whatever ends this process, its last lines are what was red and the count, and only a count without failures is green.
process.on("exit", (code) => {
  if (code !== 0 && total.red.length === 0) total.red.push("The run was broken off");
  for (const failure of total.red) console.log(`\nRED ${failure}`);
  console.log(`\n${total.passed} passed, ${total.red.length} failed`);
});

await begin(async () => {
  if (mode !== "e2e") add(await (await import("./tests/run-unit.ts")).runUnit(root, args));
  if (mode !== "unit") add(await (await import("./tests/run-e2e.ts")).runE2e(root, args));
  process.exit(total.red.length > 0 || total.passed === 0 ? 1 : 0);
});

/** @param {import("./tests/counts.ts").Counts} counts */
function add({ passed, red }) {
  total.passed += passed;
  total.red.push(...red);
}
