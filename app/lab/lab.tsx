"use client";

import { SkeletonParts } from "../frame/page-skeleton.tsx";
import type { Lane, PaymentMethod, Preset } from "../trpc/outputs.ts";
import { useHydrated } from "../ui/use-hydrated.ts";
import { BENCH_PARTS } from "./bench-parts.ts";
import { LabBench } from "./lab-bench.tsx";
import { PresetCards } from "./preset-cards.tsx";

export interface LabProps {
  account: string;
  preset: Preset | null;
  presets: readonly Preset[];
  lanes: readonly Lane[];
  methods: readonly PaymentMethod[];
}

/** The instrument. Its order is made in the browser, so that the server's HTML holds no key and no order. */
export function Lab(props: LabProps) {
  const hydrated = useHydrated();
  return (
    <main
      id="main"
      className="mx-auto grid max-w-[1480px] grid-cols-[minmax(0,1fr)] gap-4 px-4 pt-5 pb-28 min-[701px]:pb-10"
    >
      {hydrated ? (
        <LabBench {...props} />
      ) : (
        <>
          <header className="min-h-[182px] min-[701px]:min-h-[50px]">
            <h1 className="text-heading font-semibold">{props.preset?.title ?? "The lab"}</h1>
            <p className="text-muted">
              {props.preset?.sentence ?? "See it, break it, believe it."}
            </p>
          </header>
          <SkeletonParts parts={BENCH_PARTS} />
        </>
      )}
      <PresetCards presets={props.presets} current={props.preset?.id ?? ""} />
    </main>
  );
}
