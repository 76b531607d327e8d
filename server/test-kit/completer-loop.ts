import { operations } from "../operations.ts";
import { completeAbandoned, sideBySide } from "../worker/completer.ts";
import type { Services } from "../wiring.ts";

/** The worker's loops, in this process. Resolves once the rounds under way have ended. */
export function startCompleter(services: Services): () => Promise<void> {
  let running = true;
  const loops = sideBySide(operations).map(async (those) => {
    while (running) {
      await completeAbandoned(services, those).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, services.timings.completerMs));
    }
  });
  return async () => {
    running = false;
    await Promise.all(loops);
  };
}
