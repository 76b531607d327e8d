export interface Work {
  /** In the log. */
  name: string;
  everyMs: number;
  round(): Promise<void>;
}

/** Does its work again and again until it is told to stop; then the round under way is the last. */
export async function repeat({ name, everyMs, round }: Work, stopped: AbortSignal): Promise<void> {
  let quiet = true;
  while (!stopped.aborted) {
    try {
      await round();
      if (!quiet) console.log(`worker: ${name} again`);
      quiet = true;
    } catch {
      // Said once, not every second; readiness shows it too.
      if (quiet)
        console.error(
          `worker: not ${name}, the database or the bank cannot be reached; trying again`,
        );
      quiet = false;
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
