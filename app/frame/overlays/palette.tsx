"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { api } from "../../trpc/client.ts";
import { Sheet } from "../../ui/sheet.tsx";
import { placesOf } from "../places.ts";
import { nextTheme } from "../theme.ts";
import type { OverlayProps } from "./overlay-props.ts";
import { showOverlay } from "./overlay.ts";

interface Entry {
  name: string;
  kind: "page" | "scenario" | "do";
  act: () => void;
}

const LIST = "palette-list";
const idOf = (at: number) => `palette-${at}`;

/** A list that typing narrows: pages, scenarios, and what can be done anywhere. */
export default function Palette({ faults, open, onOpen }: OverlayProps) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  const entries = useEntries(faults, open);
  const words = typed.toLowerCase().split(/\s+/);
  const found = entries.filter(({ name, kind }) =>
    words.every((word) => `${kind} ${name}`.toLowerCase().includes(word)),
  );
  const at = Math.min(chosen, Math.max(0, found.length - 1));
  useEffect(() => document.getElementById(idOf(at))?.scrollIntoView({ block: "nearest" }), [at]);
  useEffect(() => {
    if (open) setTyped("");
  }, [open]);

  function act(entry: Entry | undefined) {
    if (!entry) return;
    onOpen(false);
    entry.act();
  }

  return (
    <Sheet place="middle" title="Go to, or do" open={open} onOpen={onOpen} first={box}>
      <input
        ref={box}
        role="combobox"
        aria-label="Page, scenario or action"
        aria-expanded="true"
        aria-controls={LIST}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? idOf(at) : undefined}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (by && found.length > 0) setChosen((at + by + found.length) % found.length);
          else if (event.key === "Enter") act(found[at]);
          else return;
          event.preventDefault();
        }}
        className="min-h-11 w-full rounded-lg border border-control bg-bg px-3"
      />
      <div
        id={LIST}
        role="listbox"
        aria-label="Found"
        className="mt-2 max-h-[46dvh] overflow-y-auto"
      >
        {found.map((entry, index) => (
          // The keys are the box's; this is for a pointer.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={`${entry.kind} ${entry.name}`}
            id={idOf(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => act(entry)}
            onPointerMove={() => setChosen(index)}
            className="flex min-h-11 cursor-pointer items-center justify-between gap-3 rounded-lg border border-transparent px-3 aria-selected:border-accent"
          >
            {entry.name}
            <span className="text-small text-muted">{entry.kind}</span>
          </div>
        ))}
      </div>
      <p role="status" className="mt-2 text-small text-muted">
        {found.length === 0 ? "Nothing is called that." : `${found.length} found`}
      </p>
    </Sheet>
  );
}

function useEntries(faults: boolean, open: boolean): Entry[] {
  const router = useRouter();
  const [scenarios, setScenarios] = useState<{ id: string; title: string }[]>([]);
  useEffect(() => {
    if (!open || !faults) return;
    api.lab.presets.query().then(setScenarios, () => setScenarios([]));
  }, [open, faults]);
  const go = (href: string) => () => router.push(href);
  return [
    ...placesOf(faults).map(({ name, href }): Entry => ({ name, kind: "page", act: go(href) })),
    { name: "The bank's events", kind: "page", act: go("/ledger?view=events") },
    { name: "Settings", kind: "do", act: () => showOverlay("settings") },
    { name: "Theme: the next one", kind: "do", act: nextTheme },
    { name: "List the keys", kind: "do", act: () => showOverlay("keys") },
    { name: "Reset the account", kind: "do", act: () => showOverlay("reset") },
    ...scenarios.map(({ id, title }): Entry => ({
      name: title,
      kind: "scenario",
      act: go(`/lab/${id}`),
    })),
  ];
}
