// `npm run screens` [words of a test's title]: a picture of every route in every state, light and dark, wide and narrow.
// Starts a stack of its own; the pictures are in test-results/screens, and index.html shows them side by side.
import { begin, root } from "./setup/begin.mjs";

await begin(async () => {
  const { runScreens } = await import("./tests/run-screens.ts");
  process.exit(await runScreens(root, process.argv.slice(2)));
});
