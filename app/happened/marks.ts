/** How a line of what happened is drawn. State is colour, glyph and line together: any one of them is enough. */
export interface Mark {
  words: string;
  glyph: string;
  /** A token of app/globals.css. */
  color: string;
  /** `stroke-dasharray`; "" is a solid line. */
  dash: string;
}

/** The one style table: arrows, rows, exports and the legend are made from it. */
export const MARKS = {
  request: { words: "request", glyph: "→", color: "ink", dash: "" },
  resend: {
    words: "sent again by the browser or a proxy",
    glyph: "↻",
    color: "replay",
    dash: "2 3",
  },
  charge: { words: "to and from the bank", glyph: "€", color: "accent", dash: "" },
  done: { words: "done", glyph: "✓", color: "ok", dash: "" },
  refused: { words: "refused", glyph: "✕", color: "fail", dash: "" },
  replay: { words: "the stored answer again", glyph: "↺", color: "replay", dash: "2 3" },
  unknown: { words: "unknown, or a fault", glyph: "?", color: "unknown", dash: "6 4" },
  note: { words: "a step of the server", glyph: "·", color: "muted", dash: "" },
} as const satisfies Record<string, Mark>;

export type MarkName = keyof typeof MARKS;

/** The bars of the timeline, from the same tokens. */
export const SEGMENTS = {
  waiting: { words: "waiting", glyph: "○", color: "control", dash: "2 3" },
  running: { words: "running", glyph: "■", color: "accent", dash: "" },
  held: { words: "held or frozen", glyph: "‖", color: "unknown", dash: "6 4" },
  backoff: { words: "back-off before asking again", glyph: "…", color: "muted", dash: "1 5" },
  lease: { words: "dead, its lease running out", glyph: "⌛", color: "fail", dash: "3 3" },
} as const satisfies Record<string, Mark>;

export type SegmentName = keyof typeof SEGMENTS;
