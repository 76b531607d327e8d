export type LiveState = "live" | "lost" | "paused";

/** What each part of this page last heard of the server. */
const parts = new Map<string, "live" | "lost">();
const listeners = new Set<() => void>();
let state: LiveState = "paused";

/** @param heard null: this part follows the server no more */
export function noteLive(part: string, heard: "live" | "lost" | null): void {
  if (heard === null) parts.delete(part);
  else parts.set(part, heard);
  const all = [...parts.values()];
  // One part that is old makes the page old.
  const next = all.includes("lost") ? "lost" : all.length > 0 ? "live" : "paused";
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export const liveState = (): LiveState => state;

export function watchLiveState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
