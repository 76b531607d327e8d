import type { ReactNode } from "react";

export type Tone = "ok" | "fail" | "unknown" | "replay" | "plain";

/** Colour, glyph and line together: any one of them is enough to tell the states apart. */
export const glyphs: Record<Tone, string> = {
  ok: "✓",
  fail: "✕",
  unknown: "?",
  replay: "↺",
  plain: "",
};

const tones: Record<Tone, string> = {
  ok: "border-solid border-ok bg-ok-bg text-ok",
  fail: "border-solid border-fail bg-fail-bg text-fail",
  unknown: "border-dashed border-unknown bg-unknown-bg text-unknown",
  replay: "border-dotted border-replay bg-replay-bg text-replay",
  plain: "border-solid border-line bg-bg text-muted",
};

export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      data-pill
      className={`inline-flex items-center gap-1.5 rounded-full border px-2.5 py-px text-small font-semibold whitespace-nowrap ${tones[tone]}`}
    >
      {glyphs[tone] && <span aria-hidden="true">{glyphs[tone]}</span>}
      {children}
    </span>
  );
}
