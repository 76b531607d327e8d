"use client";

import { showOverlay } from "./overlays/overlay.ts";

export function SettingsButton() {
  return (
    <button
      type="button"
      aria-label="Settings"
      onClick={() => showOverlay("settings")}
      className="inline-flex min-h-11 min-w-11 items-center justify-center rounded-lg text-muted hover:text-ink"
    >
      {/* Drawn: the page's font has no such sign. */}
      <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 fill-none stroke-current">
        <path d="M1 4h6m4 0h4M1 12h2m4 0h8" />
        <circle cx="9" cy="4" r="2" className="fill-panel" />
        <circle cx="5" cy="12" r="2" className="fill-panel" />
      </svg>
    </button>
  );
}
