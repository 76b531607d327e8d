"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import type { Preset } from "../trpc/outputs.ts";
import { Panel } from "../ui/panel.tsx";

/** Every scenario as a card: what goes wrong, and what a naive shop makes of it. A card arms nothing. */
export function PresetCards({ presets, current }: { presets: readonly Preset[]; current: string }) {
  const mode = useSearchParams().get("m");
  return (
    <Panel id="scenarios" title="Scenarios">
      <ol className="grid gap-3 min-[620px]:grid-cols-2 min-[1000px]:grid-cols-3 min-[1340px]:grid-cols-4">
        {presets.map((preset) => (
          <li key={preset.id} className="min-w-0">
            <Link
              href={`/lab/${preset.id}${mode ? `?m=${mode}` : ""}`}
              prefetch={false}
              aria-current={preset.id === current ? "page" : undefined}
              className="flex h-full flex-col rounded-lg border border-line p-3 hover:border-control aria-[current]:border-accent aria-[current]:shadow-[inset_0_0_0_1px_var(--accent)]"
            >
              <span className="font-semibold">
                <span className="mr-1.5 font-mono text-small text-muted">{preset.number}</span>
                {preset.title}
              </span>
              <span className="mt-1 text-small text-muted">{preset.sentence}</span>
              <span className="mt-auto pt-2 text-small">
                <span className="text-fail">
                  <span aria-hidden="true">✕ </span>
                  {preset.lane}: {preset.expected.naive}
                </span>
                <span className="block text-ok">
                  <span aria-hidden="true">✓ </span>
                  idempotent: {preset.expected.idempotent}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
