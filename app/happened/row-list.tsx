"use client";

import { type KeyboardEvent, type ReactNode, useRef } from "react";

export interface Row {
  id: string;
  /** The whole sentence: the button's name. */
  sentence: string;
  /** Drawn, and hidden from a screen reader: the sentence says it. */
  drawing: ReactNode;
  /** Said before this row: "here they part". */
  before?: string | undefined;
}

const DRAWN_MAX = 500;

/**
 * One list for all three renderings: an `<ol>` of buttons, of which Tab reaches one and the arrow keys the others. At most
 * 500 are drawn; what is older stands there as its count. No `content-visibility`: it made a scrolled frame slower
 * (20 to 26 ms against 17 with 500 rows), and pictures of the whole page empty.
 */
export function RowList(props: {
  label: string;
  rows: readonly Row[];
  current: string | undefined;
  onOpen: (id: string) => void;
}) {
  const { rows, current } = props;
  const list = useRef<HTMLOListElement>(null);
  const older = Math.max(0, rows.length - DRAWN_MAX);
  const drawn = rows.slice(older);
  const reachable = drawn.some(({ id }) => id === current) ? current : drawn.at(-1)?.id;

  function move(event: KeyboardEvent<HTMLButtonElement>) {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (step === undefined || at === -1) return;
    event.preventDefault();
    buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
  }

  return (
    <>
      {older > 0 && (
        <p className="border-b border-line pb-2 text-small text-muted">
          {older} earlier {older === 1 ? "event" : "events"} not drawn
        </p>
      )}
      <ol ref={list} aria-label={props.label} className="grid">
        {drawn.map((row) => (
          <li key={row.id}>
            {row.before && (
              <p
                data-parting
                className="my-1.5 rounded-lg border border-dashed border-unknown bg-unknown-bg px-3 py-1.5 text-small font-semibold text-unknown"
              >
                {row.before}
              </p>
            )}
            <button
              type="button"
              aria-label={row.sentence}
              aria-current={row.id === current ? "step" : undefined}
              tabIndex={row.id === reachable ? 0 : -1}
              onClick={() => props.onOpen(row.id)}
              onKeyDown={move}
              className="block w-full rounded-md border border-transparent text-left -outline-offset-3 hover:bg-bg aria-[current]:bg-bg"
            >
              {row.drawing}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
