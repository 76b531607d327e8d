"use client";

import { useEffect, useRef } from "react";

const SWITCH = "payonce.lab.keys";

export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

export function switchKeys(on: boolean): void {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // Then they stay as they are.
  }
}

/**
 * Keys of the lab, by `event.key` with "Shift+" before it where that is held. None acts while somebody types or in an
 * open dialog, none with Ctrl, Alt or ⌘, and single letters can be switched off.
 */
export function useKeys(keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const { target } = event;
      if (!(target instanceof HTMLElement) || isTyping(target, event.key)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const act = latest.current[event.shiftKey && key !== "?" ? `Shift+${key}` : key];
      if (!act || (key !== "?" && !keysAreOn())) return;
      event.preventDefault();
      act();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

function isTyping(target: HTMLElement, key: string): boolean {
  if (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]"))
    return true;
  // Space and the arrows belong to whatever has the focus.
  const own = key === " " || key.startsWith("Arrow");
  return own && target.closest("button, a, summary, [tabindex='0']") !== null;
}
