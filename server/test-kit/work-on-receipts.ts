import { EventEmitter } from "node:events";
import type { WorkerEvents } from "graphile-worker";
import { vi } from "vitest";
import type { Mailer } from "../receipts/mailer.ts";
import { workOnReceipts } from "../worker/work-on-receipts.ts";
import type { Stack } from "./stack.ts";

/** The worker's loops that send receipts, in this process. Gives what stops them. */
export function workOnReceiptsUnderTest(
  stack: Stack,
  mailer: Mailer,
  events: WorkerEvents = new EventEmitter(),
): () => Promise<void> {
  const stop = new AbortController();
  // Read once, at the start: the environment is put back before anybody else looks.
  vi.stubEnv("DATABASE_URL", stack.database.appUrl);
  vi.stubEnv("BANK_URL", "http://127.0.0.1:1");
  vi.stubEnv("SESSION_SECRET", "a-session-secret-that-only-tests-know");
  const working = workOnReceipts(stack.services, mailer, stop.signal, events);
  vi.unstubAllEnvs();
  return async () => {
    stop.abort();
    await working;
  };
}
