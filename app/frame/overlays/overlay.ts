export type Overlay = "keys" | "settings" | "palette" | "reset";

/** What lies over the page, if anything: opened from anywhere, drawn by the frame. */
let open: Overlay | null = null;
const listeners = new Set<() => void>();

export function showOverlay(overlay: Overlay | null): void {
  open = overlay;
  for (const listener of listeners) listener();
}

export function watchOverlay(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const shownOverlay = (): Overlay | null => open;
