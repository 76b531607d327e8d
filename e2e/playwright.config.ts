import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { CHROMIUM_ARGUMENTS } from "./chromium-arguments.ts";

// `npm run test:e2e` sets these for a stack of its own; by hand the specs go to the demo at its usual address.
const { PAYONCE_URL = "http://127.0.0.1:3000", PAYONCE_CHROMIUM } = process.env;

export default defineConfig({
  testDir: ".",
  globalSetup: "./assert-stack.ts",
  outputDir: fileURLToPath(new URL("../test-results/e2e", import.meta.url)),
  // A test that passes the second time has found something.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  // Every fault must end within a lease (6 s) and 10 s more.
  expect: { timeout: 20_000 },
  use: {
    browserName: "chromium",
    baseURL: PAYONCE_URL,
    // Of a trace the films and copies of the page are a fifth of all that a run computes; its requests and steps are next to nothing.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false, sources: false },
    screenshot: "only-on-failure",
    launchOptions: {
      args: CHROMIUM_ARGUMENTS,
      ...(PAYONCE_CHROMIUM ? { executablePath: PAYONCE_CHROMIUM } : {}),
    },
  },
  projects: [
    { name: "browser", testIgnore: ["processes/**", "speed/**", "states/**"] },
    // What kills a process of the stack that all specs share runs alone.
    {
      name: "processes",
      testMatch: "processes/**/*.spec.ts",
      dependencies: ["browser"],
      workers: 1,
      fullyParallel: false,
    },
    // What is measured comes last and has the machine to itself.
    {
      name: "speed",
      testMatch: "speed/**/*.spec.ts",
      // A trace films the page and copies its elements: what is measured is not watched.
      use: { trace: "off" },
      dependencies: ["processes"],
      workers: 1,
      fullyParallel: false,
    },
  ],
});
