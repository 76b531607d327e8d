import { tracked, TRPCError } from "@trpc/server";
import type { Database } from "../../db/client.ts";
import { openCursor, readNewEvents } from "./read-new-events.ts";
import type { WatchTimeline } from "./watch-timeline.ts";

/** Between two looks when nobody gave a hint: a hint may be lost, a look is the truth. */
const LOOK_EVERY_MS = 1_000;
/** No page can draw more often than this helps. */
const AT_MOST_EVERY_MS = 100;
const STREAMS_PER_ACCOUNT = 24;

const open = new Map<string, number>();

/**
 * What happens to this account from now on, or after the event `lastEventId`: lists of events, each list tracked by
 * the highest id given so far. An event may come twice after reconnecting, none is left out. Between two looks
 * it holds no connection; it ends when the client has gone.
 * @throws {TRPCError} TOO_MANY_REQUESTS at the 25th stream of one account in this process
 */
export async function* streamEvents(
  { db, account, watchTimeline }: { db: Database; account: string; watchTimeline: WatchTimeline },
  lastEventId: string | null = null,
  signal: AbortSignal = new AbortController().signal,
) {
  const streams = open.get(account) ?? 0;
  if (streams >= STREAMS_PER_ACCOUNT) {
    throw new TRPCError({ code: "TOO_MANY_REQUESTS", message: "Too many live streams are open." });
  }
  open.set(account, streams + 1);
  let wake = () => {};
  let news = false;
  const stopWatching = watchTimeline(account, () => {
    news = true;
    wake();
  });
  try {
    const cursor = await openCursor(db, account, lastEventId);
    let last = lastEventId ?? cursor.settled;
    // A place to come back to, even if nothing happens before the connection is lost.
    yield tracked(last, []);
    while (!signal.aborted) {
      news = false;
      const events = await readNewEvents(db, account, cursor);
      if (events.length > 0) {
        for (const { id } of events) if (BigInt(id) > BigInt(last)) last = id;
        yield tracked(last, events);
      }
      await pause(AT_MOST_EVERY_MS, signal, () => {});
      if (!news) await pause(LOOK_EVERY_MS, signal, (stop) => (wake = stop));
    }
  } finally {
    stopWatching();
    const left = (open.get(account) ?? 1) - 1;
    if (left > 0) open.set(account, left);
    else open.delete(account);
  }
}

function pause(
  ms: number,
  signal: AbortSignal,
  onStart: (stop: () => void) => void,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
    onStart(done);
  });
}
