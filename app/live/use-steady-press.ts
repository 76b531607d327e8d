"use client";

import { useEffect } from "react";

/**
 * News moves what stands below it, and a browser makes no click of a mouse's press that began on a button and ended beside it
 * because the button had moved. Here the press counts, where the pointer has not left the place where the button was.
 */
export function useSteadyPress(): void {
  useEffect(() => {
    let begun: { button: HTMLElement; place: DOMRect } | undefined;
    const down = ({ target, isPrimary, button: which }: PointerEvent) => {
      const button = target instanceof Element ? target.closest("button") : null;
      begun =
        button && isPrimary && which === 0
          ? { button, place: button.getBoundingClientRect() }
          : undefined;
    };
    const up = ({ clientX, clientY }: PointerEvent) => {
      const held = begun;
      begun = undefined;
      if (!held || !contains(held.place, clientX, clientY)) return;
      // Where it still is, the browser makes this click itself, or something was laid over it.
      if (contains(held.button.getBoundingClientRect(), clientX, clientY)) return;
      if (held.button.closest("[inert], [aria-hidden=true]")) return;
      held.button.click();
    };
    // Whoever scrolls moves the button himself.
    const scrolled = () => (begun = undefined);
    document.addEventListener("pointerdown", down, true);
    document.addEventListener("pointerup", up, true);
    document.addEventListener("wheel", scrolled, { capture: true, passive: true });
    return () => {
      document.removeEventListener("pointerdown", down, true);
      document.removeEventListener("pointerup", up, true);
      document.removeEventListener("wheel", scrolled, true);
    };
  }, []);
}

function contains({ left, right, top, bottom }: DOMRect, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}
