import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "./launch.ts";

export interface Kept {
  /** Ends what runs and starts it again at once, with whatever launch() now decides. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface KeepAliveOptions {
  log: (line: string) => void;
  onUp?: (running: Running) => void;
  onDown?: () => void;
}

// A lease is 6 s: the first restarts must be quick enough for the retries in flight to meet a server.
const DELAYS_MS = [100, 250, 500, 1_000, 2_000, 5_000, 10_000];
const STEADY_MS = 30_000;

/**
 * Starts it and, for as long as we live, starts it again whenever it ends: quickly at first, then backing
 * off, never giving up, always saying so. Rejects only when `first` is awaited and the first start fails.
 */
export function keepAlive(
  name: string,
  start: () => Promise<Running>,
  { log, onUp, onDown }: KeepAliveOptions,
): Kept & { first: Promise<void> } {
  const ending = new AbortController();
  let current: Running | undefined;
  let failures = 0;
  let asked = false;

  const one = async () => {
    const running = await start();
    current = running;
    if (ending.signal.aborted) await running.stop();
    else onUp?.(running);
  };
  const again = async () => {
    while (!ending.signal.aborted) {
      const since = Date.now();
      const how = current
        ? await current.exited
        : await one().then(
            () => undefined,
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          );
      if (how === undefined) continue;
      current = undefined;
      onDown?.();
      if (ending.signal.aborted) return;
      if (asked) {
        asked = false;
        continue;
      }
      failures = Date.now() - since > STEADY_MS ? 1 : failures + 1;
      const delayMs = DELAYS_MS[Math.min(failures, DELAYS_MS.length) - 1] ?? 0;
      log(`${name} ended (${how}); starting it again in ${delayMs / 1000} s`);
      await sleep(delayMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  };

  const first = one();
  const loop = first.then(again, () => {});
  return {
    first,
    restart: async () => {
      if (!current) return;
      asked = true;
      await current.stop();
    },
    stop: async () => {
      ending.abort();
      await current?.stop();
      await loop;
    },
  };
}
