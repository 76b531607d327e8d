import { fileURLToPath } from "node:url";
import base from "../playwright.config.ts";

/** Pictures, not promises: run by `npm run screens`, never by `npm test`. */
export default {
  ...base,
  testMatch: "*.screens.ts",
  globalSetup: fileURLToPath(new URL("../assert-stack.ts", import.meta.url)),
  outputDir: fileURLToPath(new URL("../../test-results/screens-failed", import.meta.url)),
  projects: [{ name: "screens" }],
};
