"use client";

import type { ReactNode } from "react";
import { buttonLook } from "./button-look.ts";

/**
 * A button that is never `disabled`: that would drop the focus and tell a screen reader nothing. `waiting` marks it
 * `aria-disabled` and ignores presses. Comfort only: the key protects the payment, not this.
 */
export function Button(props: {
  look: keyof typeof buttonLook;
  onPress: () => void;
  waiting?: boolean;
  describedBy?: string;
  className?: string;
  children: ReactNode;
}) {
  const waiting = props.waiting === true;
  return (
    <button
      type="button"
      aria-disabled={waiting || undefined}
      aria-describedby={props.describedBy}
      onClick={() => {
        if (!waiting) props.onPress();
      }}
      className={`inline-flex items-center justify-center gap-2 transition-[filter,border-color,color] duration-100 aria-disabled:opacity-70 ${buttonLook[props.look]} ${props.className ?? ""}`}
    >
      {props.children}
    </button>
  );
}
