import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;
const TELL_MS = 5_000;

/**
 * Asks `/api/health/ready` until it says 200. Every 5 s it tells what is still missing, in the server's
 * own words. Never gives up by itself: what it waits for is being restarted meanwhile.
 */
export async function waitUntilReady(
  address: () => string,
  say: (line: string) => void,
  cancelled: () => boolean,
): Promise<void> {
  const start = Date.now();
  let told = start;
  while (!cancelled()) {
    const answer = await ask(`${address()}/api/health/ready`);
    if (answer === "ready") return;
    if (Date.now() - told >= TELL_MS) {
      told = Date.now();
      say(`not ready after ${Math.round((told - start) / 1000)} s: ${answer}`);
    }
    await sleep(POLL_MS);
  }
  throw new Error("stopped");
}

async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const body = await response.text();
    return response.status === 200 ? "ready" : `${response.status} ${body.slice(0, 300)}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
