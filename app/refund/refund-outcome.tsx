"use client";

import { useEffect, useRef } from "react";
import { Button } from "../ui/button.tsx";
import { glyphs } from "../ui/pill.tsx";
import { boxes, inks } from "../ui/tone-looks.ts";
import type { RefundScreen } from "./screen.ts";
import type { RefundWords } from "./words.ts";

const underWay: readonly RefundScreen[] = ["refunding", "retrying"];

/** Where the refund stands: page content with a heading, never a toast. */
export function RefundOutcome(props: {
  screen: RefundScreen;
  words: RefundWords;
  onPress: (does: NonNullable<RefundWords["button"]>[0]) => void;
}) {
  const { screen, words } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    if (!underWay.includes(screen)) heading.current?.focus();
  }, [screen]);
  const { button } = words;
  return (
    <div data-refund-state={screen} className="grid justify-items-start gap-3">
      <div
        className={`w-full rounded-lg border border-l-4 px-4 py-3 ${boxes[words.tone]} ${inks[words.tone]}`}
      >
        <h3 ref={heading} tabIndex={-1} className="flex gap-2 font-semibold">
          {words.tone !== "plain" && <span aria-hidden="true">{glyphs[words.tone]}</span>}
          <span>{words.heading}</span>
        </h3>
        <p className="mt-1 text-ink">{words.body}</p>
      </div>
      <p role="status" className="sr-only">
        {words.heading}. {words.body}
      </p>
      {button && (
        <Button look="quiet" onPress={() => props.onPress(button[0])}>
          {button[1]}
        </Button>
      )}
    </div>
  );
}
