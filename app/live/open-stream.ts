import { createTRPCClient, httpSubscriptionLink } from "@trpc/client";
import type { AppRouter } from "../../server/trpc/router.ts";
import type { LiveMessage } from "./message.ts";

const AGAIN_AFTER_MS = 2_000;

/**
 * Opens the stream and keeps it open, from the last event on, until the returned function is called. Runs in a
 * worker as well as in a page. EventSource connects again by itself after a broken connection and gives up after a
 * refusal; then this asks again, with the same last id.
 */
export function openStream(
  url: string,
  from: { lastEventId: string | undefined },
  tell: (message: LiveMessage) => void,
): () => void {
  const client = createTRPCClient<AppRouter>({ links: [httpSubscriptionLink({ url })] });
  let closed = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let subscription = subscribe();

  function subscribe() {
    const { lastEventId } = from;
    return client.timeline.stream.subscribe(lastEventId === undefined ? {} : { lastEventId }, {
      onData({ id, data: events }) {
        from.lastEventId = id;
        tell(
          events.length === 0
            ? { type: "live", at: Date.now() }
            : { type: "events", at: Date.now(), events },
        );
      },
      onConnectionStateChange({ state }) {
        if (state === "connecting" && from.lastEventId !== undefined)
          tell({ type: "lost", at: Date.now() });
      },
      onError: retry,
      onStopped: retry,
    });
  }

  function retry() {
    if (closed) return;
    tell({ type: "lost", at: Date.now() });
    clearTimeout(again);
    again = setTimeout(() => {
      subscription.unsubscribe();
      subscription = subscribe();
    }, AGAIN_AFTER_MS);
  }

  return () => {
    closed = true;
    clearTimeout(again);
    subscription.unsubscribe();
  };
}
