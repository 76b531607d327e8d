// `npm run demo` and `npm run dev`: everything from a fresh clone to an address that answers.
// Plain JavaScript, and nothing of node_modules until it is there.
import { begin, root } from "./setup/begin.mjs";

const started = Date.now();
const dev = process.argv.includes("--dev");

await begin(async () => {
  const { runDemo } = await import("./supervisor/run-demo.ts");
  await runDemo({ root, dev, started });
});
