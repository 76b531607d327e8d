import type { OpenDatabase } from "../../db/client.ts";
import { TIMELINE_CHANNEL } from "./unhurried.ts";

/** Calls `onNews` when something may have been written for the account; gives how to stop. */
export type WatchTimeline = (account: string, onNews: () => void) => () => void;

/**
 * One listening connection for all watchers of this process, opened with the first and closed after the last. The
 * hints are Postgres' NOTIFY, so they come from every process; those that are lost are made up for by looking.
 */
export function timelineWatch(listen: OpenDatabase["listen"]): WatchTimeline {
  const watchers = new Map<string, Set<() => void>>();
  let stop: (() => Promise<void>) | undefined;
  return (account, onNews) => {
    const own = watchers.get(account) ?? new Set();
    watchers.set(account, own.add(onNews));
    stop ??= listen(TIMELINE_CHANNEL, (told) => watchers.get(told)?.forEach((wake) => wake()));
    return () => {
      own.delete(onNews);
      if (own.size === 0 && watchers.get(account) === own) watchers.delete(account);
      if (watchers.size > 0) return;
      void stop?.().catch(() => undefined);
      stop = undefined;
    };
  };
}
