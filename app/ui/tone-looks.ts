import type { Tone } from "./pill.tsx";

/** The box of an outcome: colour and line. The glyph is its third sign. */
export const boxes: Record<Tone, string> = {
  plain: "border-solid border-control bg-panel",
  ok: "border-solid border-ok bg-ok-bg",
  fail: "border-solid border-fail bg-fail-bg",
  unknown: "border-dashed border-unknown bg-unknown-bg",
  replay: "border-dotted border-replay bg-replay-bg",
};

/** What stands in it. */
export const inks: Record<Tone, string> = {
  plain: "text-ink",
  ok: "text-ok",
  fail: "text-fail",
  unknown: "text-unknown",
  replay: "text-replay",
};
