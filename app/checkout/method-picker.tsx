"use client";

import { useState } from "react";
import type { PaymentMethod } from "../trpc/outputs.ts";
import { RadioCards } from "../ui/radio-cards.tsx";

/**
 * How to pay: the server's list of test cards, and nothing to type. While an answer is under way the list stays where
 * it was, locked, so that the button does not jump; a page that was opened in that state names the method in a line, as
 * does one that is left in doubt: there the button has to stand where it is seen. The same where a press pays as before.
 */
export function MethodPicker(props: {
  methods: readonly PaymentMethod[];
  value: string;
  onChange: (token: string) => void;
  locked: boolean;
  waiting: boolean;
  inDoubt: boolean;
}) {
  const { methods, value, locked, waiting } = props;
  const [stays, setStays] = useState(false);
  const shown = !locked || (stays && waiting && !props.inDoubt);
  if (shown !== stays) setStays(shown);

  if (!shown)
    return waiting ? (
      <p className="px-1 text-small text-muted">Paying with {nameOf(methods, value)}.</p>
    ) : null;
  return (
    <>
      <RadioCards
        name="method"
        legend="How to pay"
        locked={locked}
        value={value}
        onChange={props.onChange}
        choices={methods.map((method) => ({
          value: method.token,
          label: method.brand,
          hint: (
            <>
              {method.sentence}
              <code className="block font-mono text-[12px] break-all">{method.token}</code>
            </>
          ),
        }))}
      />
      <p className="mt-2 text-small text-muted">
        This shop takes test cards only. There is no field for a card number, so that no real one
        can be typed.
      </p>
    </>
  );
}

function nameOf(methods: readonly PaymentMethod[], token: string): string {
  const method = methods.find((one) => one.token === token);
  return method ? `${method.brand} (${token})` : token;
}
