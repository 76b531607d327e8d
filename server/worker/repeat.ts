import { nameError } from "../telemetry/name-error.ts";

export interface Work {
  /** In the log. */
  name: string;
  everyMs: number;
  round(): Promise<void>;
}

/** Does its work again and again until it is told to stop; then the round under way is the last. */
export async function repeat({ name, everyMs, round }: Work, stopped: AbortSignal): Promise<void> {
  let failing: string | undefined;
  while (!stopped.aborted) {
    try {
      await round();
      if (failing !== undefined) console.log(`worker: ${name} again`);
      failing = undefined;
    } catch (error) {
      const what = nameError(error);
      // Said once, not every second; readiness shows it too.
      if (what !== failing) console.error(`worker: not ${name} (${what}); trying again`);
      failing = what;
    }
    await pause(everyMs, stopped);
  }
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      stopped.removeEventListener("abort", done);
      resolve();
    }
    if (stopped.aborted) done();
    else stopped.addEventListener("abort", done);
  });
}
