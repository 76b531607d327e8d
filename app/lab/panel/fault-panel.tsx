"use client";

import { Button } from "../../ui/button.tsx";
import { FAULT_GROUPS } from "../fault-groups.ts";
import { entriesOf, nameOfEntry, withEntry, withSeed } from "../plan-text.ts";
import type { Instrument } from "../use-instrument.ts";
import { FaultRow } from "./fault-row.tsx";

/** All faults of the contract along a payment's life, and the plan that they make, as text. */
export function FaultPanel({ instrument }: { instrument: Instrument }) {
  const { scenario, arming } = instrument;
  const { problem } = instrument.entries;
  const { plan, seed } = scenario;
  const entries = entriesOf(plan);
  const entryOf = (name: string) => entries.find((entry) => nameOfEntry(entry) === name) ?? "";
  return (
    <div className="grid gap-3">
      <p className="text-small text-muted">
        Only in your account. Nothing is armed until you press Pay or Run. A crash ends its attempt
        as a death would; the server runs on.
      </p>
      {FAULT_GROUPS.map(({ title, faults }) => (
        <details key={title} open={faults.some(([name]) => entryOf(name) !== "")} className="group">
          <summary className="flex min-h-8 cursor-pointer items-center justify-between font-medium">
            <span>
              <span
                aria-hidden="true"
                className="mr-1.5 inline-block text-muted transition-transform duration-100 group-open:rotate-90"
              >
                ›
              </span>
              {title}
            </span>
            <span className="text-small text-muted">
              {faults.filter(([name]) => entryOf(name) !== "").length || ""}
            </span>
          </summary>
          {faults.map(([name, ms]) => (
            <FaultRow
              key={name}
              name={name}
              ms={ms}
              entry={entryOf(name)}
              seed={seed}
              onEntry={(entry) => scenario.setPlan(withEntry(plan, name, entry))}
            />
          ))}
        </details>
      ))}
      <label className="grid gap-1 text-small font-medium">
        The plan, as text
        <textarea
          id="plan"
          value={plan}
          rows={3}
          maxLength={2_048}
          spellCheck={false}
          aria-invalid={problem !== "" || undefined}
          aria-describedby="plan-problem"
          onChange={(event) => scenario.setPlan(event.target.value)}
          className="w-full rounded-lg border border-control bg-panel px-2.5 py-2 font-mono text-small aria-invalid:border-fail"
        />
      </label>
      <p id="plan-problem" role="status" className="text-small text-fail empty:hidden">
        {problem && `✕ ${problem}`}
      </p>
      <div className="flex flex-wrap items-end gap-2">
        <label className="grid w-24 gap-1 text-small font-medium">
          Seed
          <input
            value={seed}
            maxLength={16}
            onChange={(event) =>
              scenario.setSeed(event.target.value.replaceAll(/[^A-Za-z0-9]/g, ""))
            }
            className="min-h-11 w-full rounded-lg border border-control bg-panel px-2.5 font-mono text-body font-normal"
          />
        </label>
        <Button look="quiet" className="flex-1" onPress={instrument.sameAgain}>
          Same again
        </Button>
      </div>
      <KeepArmed plan={withSeed(plan, seed)} arming={arming} />
    </div>
  );
}

function KeepArmed({ plan, arming }: { plan: string; arming: Instrument["arming"] }) {
  return (
    <div className="grid gap-1.5 border-t border-line pt-3">
      <div className="flex flex-wrap gap-2">
        <Button look="quiet" className="flex-1" onPress={() => void arming.arm(plan)}>
          Keep armed
        </Button>
        <Button look="quiet" className="flex-1" onPress={() => void arming.arm("")}>
          Disarm
        </Button>
      </div>
      <p role="status" className="text-small text-muted empty:hidden">
        {arming.said}
      </p>
    </div>
  );
}
