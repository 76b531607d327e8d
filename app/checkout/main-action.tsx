"use client";

import Link from "next/link";
import { buttonLook } from "../ui/button-look.ts";
import { Button } from "../ui/button.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";
import type { Words } from "./words.ts";

const linkLook = `inline-flex flex-1 items-center justify-center ${buttonLook.quiet}`;

/** The one main button, always the same element so that it keeps the focus; at the bottom edge on a phone. */
export function MainAction(props: {
  words: Words;
  orderId: string;
  ready: boolean;
  onAct: () => void;
}) {
  // Asked here and not above: the answer changes once, and draws again whatever has asked.
  const hydrated = useHydrated();
  const [does, label] = props.words.button;
  if (does === "receipt")
    return (
      <div className="flex gap-2">
        <Link href={`/receipt/${props.orderId}`} className={linkLook}>
          {label}
        </Link>
        <Link href="/" className={linkLook}>
          Buy another
        </Link>
      </div>
    );
  return (
    <div className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-panel px-4 pt-3 pb-4 min-[940px]:static min-[940px]:border-0 min-[940px]:bg-transparent min-[940px]:p-0">
      <Button
        look="main"
        className="w-full"
        waiting={!hydrated || !props.ready || does === "wait"}
        onPress={props.onAct}
      >
        {label}
      </Button>
    </div>
  );
}
