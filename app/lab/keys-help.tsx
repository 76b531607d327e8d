"use client";

import { useState } from "react";
import { keysAreOn, switchKeys } from "./use-keys.ts";
import { Sheet } from "../ui/sheet.tsx";

const KEYS: readonly [keys: string, does: string][] = [
  ["P", "Pay"],
  ["N · I · B", "naive, idempotent, both"],
  ["1 to 9", "the first nine scenarios"],
  ["Space", "play or pause"],
  ["← · →", "one event back or on"],
  ["Shift+← · Shift+→", "to the decision before or after"],
  ["F", "fork from here"],
  ["R", "run it on a new order"],
  ["D · Shift+D", "to the faults, disarm all"],
  ["?", "this list"],
];

/** The keys, and the switch that turns single letters off. */
export function KeysHelp({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const [on, setOn] = useState(keysAreOn);
  return (
    <Sheet place="middle" title="Keys" open={open} onOpen={onOpen}>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-small">
        {KEYS.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-bg px-1.5 font-mono">{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex min-h-11 items-center gap-2">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            switchKeys(event.target.checked);
            setOn(event.target.checked);
          }}
          className="size-6"
        />
        Keys are on
      </label>
    </Sheet>
  );
}
