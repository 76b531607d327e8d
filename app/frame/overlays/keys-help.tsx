"use client";

import { Sheet } from "../../ui/sheet.tsx";
import { placesOf } from "../places.ts";
import { KeysSwitch } from "./keys-switch-box.tsx";
import type { OverlayProps } from "./overlay-props.ts";

type Listed = readonly [keys: string, does: string];

const LAB: readonly Listed[] = [
  ["P", "Pay"],
  ["N · I · B", "naive, idempotent, both"],
  ["1 to 9", "the first nine scenarios"],
  ["Space", "play or pause"],
  ["← · →", "one event back or on"],
  ["Shift+← · Shift+→", "to the decision before or after"],
  ["F", "fork from here"],
  ["R", "run it on a new order"],
  ["D · Shift+D", "to the faults, disarm all"],
];

/** The keys, and the switch that turns single letters off. */
export default function KeysHelp({ faults, open, onOpen }: OverlayProps) {
  const everywhere: Listed[] = [
    ["Ctrl+K · ⌘K", "go to a page or a scenario, or do something"],
    ["T", "theme: system, light, dark"],
    ["Shift+R", "reset the account; asks first"],
    ...placesOf(faults).flatMap(({ letter, name }): Listed[] =>
      letter ? [[`G ${letter.toUpperCase()}`, `to the ${name.toLowerCase()}`]] : [],
    ),
    ["?", "this list"],
  ];
  return (
    <Sheet place="middle" title="Keys" open={open} onOpen={onOpen}>
      <KeyList title="Everywhere" keys={everywhere} />
      {faults && <KeyList title="In the lab" keys={LAB} />}
      <KeysSwitch />
    </Sheet>
  );
}

function KeyList({ title, keys }: { title: string; keys: readonly Listed[] }) {
  return (
    <section aria-label={title} className="mt-3">
      <h3 className="mb-1.5 font-medium">{title}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-small">
        {keys.map(([name, does]) => (
          <div key={name} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-bg px-1.5 font-mono">{name}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
