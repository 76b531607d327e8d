import { operations } from "../operations.ts";
import { completeAbandoned } from "../worker/completer.ts";
import type { Services } from "../wiring.ts";

/** The worker's loop, in this process. Resolves once the round under way has ended. */
export function startCompleter(services: Services): () => Promise<void> {
  let running = true;
  const loop = (async () => {
    while (running) {
      await completeAbandoned(services, operations).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, services.timings.completerMs));
    }
  })();
  return async () => {
    running = false;
    await loop;
  };
}
