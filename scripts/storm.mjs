// `npm run storm -- --seed 7`: load and faults at the front door of a stack of its own, and a verdict. Exit code 0 valid,
// 1 not valid, 2 wrong usage or no verdict.
import { begin, root } from "./setup/begin.mjs";

await begin(async () => {
  const { runStormCommand } = await import("./storm/run-storm-command.ts");
  process.exit(await runStormCommand(root, process.argv.slice(2)));
});
