"use client";

import type { PaymentMethod } from "../trpc/outputs.ts";
import { RadioCards } from "../ui/radio-cards.tsx";

/** How to pay: the server's list of test cards, and nothing to type. */
export function MethodPicker(props: {
  methods: readonly PaymentMethod[];
  value: string;
  onChange: (token: string) => void;
  locked: boolean;
}) {
  return (
    <div>
      <RadioCards
        name="method"
        legend="How to pay"
        dense
        locked={props.locked}
        value={props.value}
        onChange={props.onChange}
        choices={props.methods.map((method) => ({
          value: method.token,
          label: method.brand,
          hint: (
            <>
              {method.sentence}{" "}
              <code className="font-mono text-[12px] break-all">{method.token}</code>
            </>
          ),
        }))}
      />
      <p className="mt-2 text-small text-muted">
        This shop takes test cards only. There is no field for a card number, so that no real one
        can be typed.
      </p>
    </div>
  );
}
