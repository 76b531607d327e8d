import { assertDriverIsSafe } from "../db/driver/assert-driver-is-safe.ts";
import { env } from "./env.ts";
import { nameError } from "./telemetry/name-error.ts";

/**
 * What must hold before the first request, and what happens when the driver throws where nothing can catch.
 * Next swallows such an error and the pool's connection hangs for ever: a dead app in a live process.
 */
export async function startWeb(): Promise<void> {
  process.on("uncaughtException", (error) => {
    console.error(`web: uncaught ${nameError(error)}`);
    process.exit(1);
  });
  try {
    env.app();
    assertDriverIsSafe();
  } catch (error) {
    console.error(`web: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
