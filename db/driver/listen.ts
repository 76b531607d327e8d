import postgres from "postgres";
import { driverOptions, type SessionOptions } from "./driver-options.ts";

/**
 * Listens on a channel over one connection of its own, outside the pool, that connects again by itself. A hint and
 * nothing more: what is notified while the connection is away is lost, and a pooler in transaction mode has no LISTEN
 * at all. Whoever listens must look for itself as well.
 */
export function listen(
  session: SessionOptions,
  channel: string,
  onNotify: (payload: string) => void,
): () => Promise<void> {
  if (!session.prepare) return async () => {};
  const { url, options } = driverOptions(session);
  const raw = postgres(url, { ...options, max: 1 });
  const listening = raw.listen(channel, onNotify).catch(() => undefined);
  return async () => {
    await Promise.race([listening, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    await raw.end({ timeout: 1 });
  };
}
