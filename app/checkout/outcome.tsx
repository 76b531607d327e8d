"use client";

import { useEffect, useRef, useState, type ReactNode } from "react";
import { glyphs } from "../ui/pill.tsx";
import { boxes, inks } from "../ui/tone-looks.ts";
import type { Screen } from "./intent/view.ts";
import type { Words } from "./words.ts";

/** While these are shown the person's place is the button; everything else is read from its heading on. */
const underWay: readonly Screen[] = ["idle", "paying", "slow", "retrying"];

/**
 * Focusing a heading scrolls to it. At once, that moved a payment method under the pointer for the second half of a
 * double click on Pay, and the next press paid with a card that nobody had chosen.
 */
const pointerRestMs = 400;

/** Where the payment stands: page content with a heading, never a toast. */
export function Outcome(props: {
  screen: Screen;
  words: Words;
  /** When the next send goes out, on the page's clock; null when none is planned. */
  nextSendAt: number | null;
  children?: ReactNode;
}) {
  const { screen, words } = props;
  const [tone, tab] = words.mark;
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(screen);

  useEffect(() => {
    document.title = `${tab}${screen === "idle" ? "" : " · Checkout"} · PayOnce`;
  }, [screen, tab]);

  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    if (underWay.includes(screen)) return;
    const timer = setTimeout(() => heading.current?.focus(), pointerRestMs);
    return () => clearTimeout(timer);
  }, [screen]);

  return (
    <div
      data-panel
      data-testid="outcome"
      className={`min-h-[116px] rounded-panel border border-l-4 px-4 py-3.5 ${boxes[tone]}`}
    >
      <h1
        ref={heading}
        tabIndex={-1}
        className={`flex gap-2.5 text-heading font-semibold ${inks[tone]}`}
      >
        {tone !== "plain" && <span aria-hidden="true">{glyphs[tone]}</span>}
        <span>{words.heading}</span>
      </h1>
      {words.body && (
        <p className="mt-1.5">
          {words.body}
          {props.nextSendAt !== null && <Countdown to={props.nextSendAt} />}
        </p>
      )}
      {words.promise && <p className="mt-1.5">{words.promise}</p>}
      {props.children}
      {/* Said once per state. The seconds are left out: a reader would speak each of them. */}
      <p role="status" className="sr-only">
        {screen === "idle" ? "" : `${words.heading}. ${words.body} ${words.promise ?? ""}`}
      </p>
    </div>
  );
}

function Countdown({ to }: { to: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, [to]);
  const seconds = Math.max(0, (to - now) / 1000);
  return <span aria-hidden="true"> Again in {seconds.toFixed(1)} s.</span>;
}
