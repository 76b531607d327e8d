"use client";

import { Pill } from "../ui/pill.tsx";
import { RadioCards } from "../ui/radio-cards.tsx";
import { namedPlans } from "./plans.ts";

/** Which one thing goes wrong with the next payment. */
export function FaultSwitch({
  plan,
  onChange,
}: {
  plan: string;
  onChange: (plan: string) => void;
}) {
  return (
    <RadioCards
      name="fault"
      legend="What goes wrong on the way"
      hideLegend
      value={plan}
      onChange={onChange}
      choices={namedPlans.map((named) => ({
        value: named.plan,
        label: named.name,
        hint: named.sentence,
        aside: named.plan !== "" && named.plan === plan && <Pill tone="unknown">armed</Pill>,
      }))}
    />
  );
}
