"use client";

import { useState } from "react";
import type { Lane, Storm, StormSettings } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";

/** Both were measured on two cores: the words say what to expect there. */
const presets = [
  {
    name: "Coffee break",
    sentence: "40 orders, three times each",
    numbers: { orders: 40, deliveries: 3, concurrency: 20 },
  },
  {
    name: "Black Friday",
    sentence: "200 orders, five times each",
    numbers: { orders: 200, deliveries: 5, concurrency: 20 },
  },
] as const;

const labels = {
  orders: "Orders",
  deliveries: "Sends of each",
  concurrency: "At once",
  seed: "Seed",
};
type Field = keyof typeof labels;

/** From the server's own schema: what is asked for where nothing else is said, and the bounds of each number. */
export interface StormAllowed {
  usual: Storm["settings"];
  bounds: Record<Field, { min: number; max: number }>;
}

/** What to send. The server reads the plan; a number out of bounds is named here before anything is sent. */
export function StormForm(props: {
  allowed: StormAllowed;
  lanes: readonly Lane[];
  underWay: boolean;
  onStart: (settings: StormSettings) => void;
}) {
  const hydrated = useHydrated();
  const { usual, bounds } = props.allowed;
  const fields = (Object.keys(labels) as Field[]).map((name) => ({
    name,
    label: labels[name],
    ...bounds[name],
  }));
  const [numbers, setNumbers] = useState<Record<Field, number>>({
    ...presets[0].numbers,
    seed: usual.seed,
  });
  const [plan, setPlan] = useState(usual.plan);
  const [lane, setLane] = useState(usual.lane);
  const [wrong, setWrong] = useState<string>();

  function start() {
    const bad = fields.find(({ name, min, max }) => {
      const value = numbers[name];
      return !Number.isInteger(value) || value < min || value > max;
    });
    setWrong(bad && `${bad.label}: a whole number from ${bad.min} to ${bad.max}.`);
    if (bad) document.getElementById(`storm-${bad.name}`)?.focus();
    else props.onStart({ ...numbers, plan: plan.trim(), lane });
  }

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!props.underWay && hydrated) start();
      }}
    >
      <div className="grid grid-cols-2 gap-2">
        {presets.map((preset) => (
          <button
            key={preset.name}
            type="button"
            onClick={() => setNumbers({ ...numbers, ...preset.numbers })}
            className="min-h-11 rounded-lg border border-control px-3 py-2 text-left hover:border-accent"
          >
            <span className="block font-medium">{preset.name}</span>
            <span className="block text-small text-muted">{preset.sentence}</span>
          </button>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-3">
        {fields.map(({ name, label, min, max }) => (
          <label key={name} className="grid gap-1 text-small text-muted">
            {label}
            <input
              id={`storm-${name}`}
              type="number"
              inputMode="numeric"
              min={min}
              max={max}
              value={Number.isNaN(numbers[name]) ? "" : numbers[name]}
              aria-describedby={wrong?.startsWith(label) ? "storm-wrong" : undefined}
              aria-invalid={wrong?.startsWith(label) || undefined}
              onChange={(event) =>
                setNumbers({ ...numbers, [name]: event.currentTarget.valueAsNumber })
              }
              className="min-h-11 w-full rounded-lg border border-control bg-bg px-3 text-body text-ink"
            />
          </label>
        ))}
      </div>
      <label className="grid gap-1 text-small text-muted">
        Code under the storm
        <select
          value={lane}
          onChange={(event) => setLane(event.currentTarget.value)}
          className="min-h-11 w-full rounded-lg border border-control bg-bg px-2 text-body text-ink"
        >
          <option value="idempotent">idempotent: the shop itself</option>
          {props.lanes.map((one) => (
            <option key={one.lane} value={one.lane}>
              {one.lane}
            </option>
          ))}
        </select>
      </label>
      <label className="grid gap-1 text-small text-muted">
        Faults, drawn from the seed
        <textarea
          value={plan}
          rows={4}
          spellCheck={false}
          onChange={(event) => setPlan(event.currentTarget.value)}
          className="w-full rounded-lg border border-control bg-bg p-2 font-mono text-[12px] text-ink"
        />
      </label>
      {wrong !== undefined && (
        <p id="storm-wrong" role="alert" className="text-fail">
          ✕ {wrong}
        </p>
      )}
      <Button look="main" waiting={props.underWay || !hydrated} onPress={start} className="w-full">
        {props.underWay ? "Running…" : "Start"}
      </Button>
    </form>
  );
}
