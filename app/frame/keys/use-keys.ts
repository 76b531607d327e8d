"use client";

import { useEffect, useRef } from "react";
import { keysAreOn } from "./keys-switch.ts";

type Keys = Record<string, () => unknown>;

/** A second key later than this is a first one. */
const SEQUENCE_MS = 1_500;

const inUse = new Set<{ current: Keys }>();
let first = { key: "", at: 0 };

/**
 * Keys by `event.key`, with "Shift+" before it where that is held, or two of them: "g h". None acts while somebody
 * types or in an open dialog, none with Ctrl, Alt or ⌘, and single letters can be switched off. One listener for all
 * who use them: what ends a sequence is no key of its own.
 */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (inUse.size === 0) document.addEventListener("keydown", press);
    inUse.add(latest);
    return () => {
      inUse.delete(latest);
      if (inUse.size === 0) document.removeEventListener("keydown", press);
    };
  }, []);
}

function press(event: KeyboardEvent) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  const { target } = event;
  if (!(target instanceof HTMLElement) || isTyping(target, event.key)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "Shift" || (key !== "?" && !keysAreOn())) return;
  const name = event.shiftKey && key !== "?" ? `Shift+${key}` : key;
  const begun = event.timeStamp - first.at < SEQUENCE_MS ? first.key : "";
  first = { key: "", at: 0 };
  const act = find(begun ? `${begun} ${name}` : name);
  if (act) {
    event.preventDefault();
    act();
  } else if (!begun && begins(name)) first = { key: name, at: event.timeStamp };
}

/** Whoever came last, which is the page and not its frame. */
function find(name: string): (() => unknown) | undefined {
  return [...inUse].map(({ current }) => current[name]).findLast((act) => act !== undefined);
}

function begins(name: string): boolean {
  return [...inUse].some(({ current }) =>
    Object.keys(current).some((one) => one.startsWith(`${name} `)),
  );
}

function isTyping(target: HTMLElement, key: string): boolean {
  if (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]"))
    return true;
  // Space and the arrows belong to whatever has the focus.
  const own = key === " " || key.startsWith("Arrow");
  return own && target.closest("button, a, summary, [tabindex='0']") !== null;
}
