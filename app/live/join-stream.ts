import { LIVE_CHANNEL, type LiveMessage, type TabMessage, VISIBLE_EVERY_MS } from "./message.ts";
import { openStream } from "./open-stream.ts";

/**
 * Joins this tab to the browser's one stream while the tab is visible. Where there is no SharedWorker (some phones),
 * the visible tab holds a stream of its own. Gives how to leave.
 */
export function joinStream(listen: (message: LiveMessage) => void): () => void {
  const shared = typeof SharedWorker === "function" && typeof BroadcastChannel === "function";
  const { show, hide, end } = shared ? throughWorker(listen) : ofItsOwn(listen);
  const follow = () => (document.visibilityState === "visible" ? show() : hide());
  const every = setInterval(follow, VISIBLE_EVERY_MS);
  document.addEventListener("visibilitychange", follow);
  addEventListener("pageshow", follow);
  addEventListener("pagehide", hide);
  follow();
  return () => {
    clearInterval(every);
    document.removeEventListener("visibilitychange", follow);
    removeEventListener("pageshow", follow);
    removeEventListener("pagehide", hide);
    hide();
    end();
  };
}

function throughWorker(listen: (message: LiveMessage) => void) {
  const worker = new SharedWorker(new URL("./stream-worker.ts", import.meta.url), {
    name: "payonce-live",
    type: "module",
  });
  const channel = new BroadcastChannel(LIVE_CHANNEL);
  const hear = ({ data }: MessageEvent<LiveMessage>) => listen(data);
  channel.onmessage = hear;
  worker.port.onmessage = hear;
  const say = (message: TabMessage) => worker.port.postMessage(message);
  return {
    show: () => say({ type: "visible" }),
    hide: () => say({ type: "hidden" }),
    end() {
      channel.close();
      worker.port.close();
    },
  };
}

function ofItsOwn(listen: (message: LiveMessage) => void) {
  const from: { lastEventId: string | undefined } = { lastEventId: undefined };
  let close: (() => void) | undefined;
  return {
    show: () => void (close ??= openStream("/api/trpc", from, listen)),
    hide() {
      if (close) listen({ type: "lost", at: Date.now() });
      close?.();
      close = undefined;
    },
    end() {},
  };
}
