import { LIVE_CHANNEL, type LiveMessage, type TabMessage, VISIBLE_EVERY_MS } from "./message.ts";
import { openStream } from "./open-stream.ts";

/**
 * Owns the one stream of this browser and passes it on to every tab: over HTTP/1.1 a browser has six connections to
 * an origin, and the sixth open stream would block every other request. Open while any tab is visible.
 */
const channel = new BroadcastChannel(LIVE_CHANNEL);
const visible = new Map<MessagePort, number>();
const from: { lastEventId: string | undefined } = { lastEventId: undefined };
let close: (() => void) | undefined;
let last: LiveMessage | undefined;

function tell(message: LiveMessage): void {
  last = message;
  channel.postMessage(message);
}

function look(): void {
  const silentSince = Date.now() - 3 * VISIBLE_EVERY_MS;
  for (const [port, at] of visible) if (at < silentSince) visible.delete(port);
  if (visible.size > 0 && !close) close = openStream("/api/trpc", from, tell);
  if (visible.size === 0 && close) {
    close();
    close = undefined;
    tell({ type: "lost", at: Date.now() });
  }
}

Reflect.set(globalThis, "onconnect", ({ ports: [port] }: MessageEvent) => {
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<TabMessage>) => {
    // A tab that has just come needs the state; those that are there have it.
    if (data.type === "visible" && !visible.has(port) && close && last)
      port.postMessage({ type: last.type === "lost" ? "lost" : "live", at: last.at });
    if (data.type === "visible") visible.set(port, Date.now());
    else visible.delete(port);
    look();
  };
});
setInterval(look, VISIBLE_EVERY_MS);
