// `npm run check`: types, lint with the import walls, format. Seconds, side by side; `--fix` mends what can be.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { begin, root } from "./setup/begin.mjs";
import { run } from "./setup/run.mjs";

const fix = process.argv.includes("--fix");

/** @type {[name: string, program: string, args: string[], whatToDo: string][]} */
const CHECKS = [
  ["types", "typescript/bin/tsc", ["--noEmit"], "mend the types"],
  ["lint and walls", "oxlint/bin/oxlint", fix ? ["--fix"] : [], "npm run check -- --fix"],
  [
    "format",
    "prettier/bin/prettier.cjs",
    [fix ? "--write" : "--check", ".", "--log-level=warn"],
    "npm run check -- --fix",
  ],
];

await begin(async () => {
  // Next's own types are generated; without them a fresh clone would fail on its first import of a style sheet.
  if (!existsSync(join(root, "next-env.d.ts"))) await program("next/dist/bin/next", ["typegen"]);
  const results = await Promise.all(CHECKS.map(check));
  process.exit(results.every(Boolean) ? 0 : 1);
});

/** @param {typeof CHECKS[number]} check */
async function check([name, file, args, whatToDo]) {
  const start = Date.now();
  const { code, output } = await program(file, args);
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (code === 0) console.log(`ok ${name} (${seconds} s)`);
  else console.log(`✕  ${name} (${seconds} s)\n${output.trimEnd()}\n   What to do: ${whatToDo}`);
  return code === 0;
}

/** @param {string} file @param {string[]} args */
function program(file, args) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  return run(process.execPath, [join(root, "node_modules", file), ...args], { cwd: root, env });
}
