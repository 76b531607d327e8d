"use client";

import { useRouter } from "next/navigation";
import { useKeys } from "../frame/keys/use-keys.ts";
import type { Preset } from "../trpc/outputs.ts";
import type { Instrument } from "./use-instrument.ts";

/** The lab's keys; `frame/overlays/keys-help.tsx` lists them. */
export function useLabKeys(
  { scenario, run, playing, entries, fork, arming }: Instrument,
  presets: readonly Preset[],
): void {
  const router = useRouter();
  useKeys({
    p: () => entries.ok && run.press(),
    n: () => scenario.setMode("naive"),
    i: () => scenario.setMode("idempotent"),
    b: () => scenario.setMode("split"),
    " ": playing.toggle,
    ArrowLeft: () => playing.step(-1),
    ArrowRight: () => playing.step(1),
    "Shift+ArrowLeft": () => playing.decide(-1),
    "Shift+ArrowRight": () => playing.decide(1),
    f: fork,
    r: () => entries.ok && void run.run(),
    d: () => document.getElementById("faults")?.querySelector("summary")?.focus(),
    "Shift+d": async () => {
      if (await arming.arm("")) scenario.setPlan("");
    },
    ...Object.fromEntries(
      presets.slice(0, 9).map(({ id }, at) => [String(at + 1), () => router.push(`/lab/${id}`)]),
    ),
  });
}
