"use client";

import type { ReactNode } from "react";

export interface RadioChoice {
  value: string;
  label: ReactNode;
  /** Right-aligned on the label's line: a price, a token. */
  aside?: ReactNode;
  hint?: ReactNode;
}

/** A native radio group drawn as cards: arrow keys, names and forced colours come from the browser. */
export function RadioCards(props: {
  name: string;
  legend: string;
  hideLegend?: boolean;
  choices: readonly RadioChoice[];
  value: string;
  onChange: (value: string) => void;
  /** Shown, and not to be changed: what was sent must not change under it. */
  locked?: boolean;
}) {
  const { name, choices, value, onChange } = props;
  return (
    <fieldset className="min-w-0 disabled:opacity-60" disabled={props.locked}>
      <legend className={props.hideLegend ? "sr-only" : "mb-2 text-body font-semibold"}>
        {props.legend}
      </legend>
      <div className="grid gap-1">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex min-h-11 items-center gap-3 rounded-lg border border-line px-3 py-1.5 transition-colors duration-100 hover:border-control has-checked:border-accent has-checked:shadow-[inset_0_0_0_1px_var(--accent)] has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="size-4 shrink-0 outline-none"
            />
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="font-medium">{choice.label}</span>
                {choice.aside}
              </span>
              {choice.hint && <span className="block text-small text-muted">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
