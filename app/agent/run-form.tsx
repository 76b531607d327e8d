"use client";

import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { RadioCards } from "../ui/radio-cards.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";
import { crashChoices } from "./crash-choices.ts";
import type { RunOnPage } from "./use-run.ts";

const GOAL = "Buy two teas and a mug, express, for at most 60 euros";

/** Goal, Run and Resume; with faults, a second button for each that lets the attempt die in its first unrecorded step. */
export function RunForm({ page, faults }: { page: RunOnPage; faults: boolean }) {
  const hydrated = useHydrated();
  const [goal, setGoal] = useState(GOAL);
  const [plan, setPlan] = useState(crashChoices[0]?.plan ?? "");
  const [wrong, setWrong] = useState<string>();
  const begun = page.key !== undefined;
  const over = page.phase === "over";
  const ended = over || page.phase === "elsewhere";
  const seen = begun && page.run?.goal !== undefined;
  const unread = begun && page.run === undefined;
  const waiting = !hydrated || unread || page.phase === "sending" || page.phase === "waiting";

  function press(withPlan: string) {
    const wanted = goal.trim();
    const bad = wanted === "" ? "Say what to buy." : undefined;
    setWrong(bad);
    if (bad) document.getElementById("agent-goal")?.focus();
    else if (begun && !ended) page.resume(wanted, withPlan);
    else page.begin(wanted, withPlan);
  }

  const verb = ended ? "Run again, as a new run" : seen ? "Resume" : "Run";
  return (
    <div className="grid gap-4">
      <label>
        <span className="block font-semibold">Goal</span>
        <textarea
          id="agent-goal"
          rows={2}
          maxLength={500}
          value={seen && !ended ? (page.run?.goal ?? goal) : goal}
          readOnly={seen && !ended}
          aria-invalid={wrong !== undefined}
          aria-describedby="agent-goal-hint"
          onChange={(event) => setGoal(event.target.value)}
          className="mt-1 w-full rounded-lg border border-control bg-bg px-3 py-2 read-only:text-muted"
        />
        <span
          id="agent-goal-hint"
          className={`block text-small ${wrong ? "text-fail" : "text-muted"}`}
        >
          {wrong ??
            "Tea, mug, kettle; a limit such as at most 60 euros; express or not; pm_card_chargeDeclined for a card that is declined."}
        </span>
      </label>
      {faults && (
        <RadioCards
          name="agent-crash"
          legend="Where an attempt dies"
          choices={crashChoices.map(({ plan: value, name, sentence }) => ({
            value,
            label: name,
            hint: sentence,
          }))}
          value={plan}
          onChange={setPlan}
        />
      )}
      <div className="flex flex-wrap gap-3">
        <Button look="main" waiting={waiting} onPress={() => press("")}>
          {verb}
        </Button>
        {faults && !ended && (
          <Button look="quiet" waiting={waiting} className="min-h-12" onPress={() => press(plan)}>
            {verb} and crash it
          </Button>
        )}
        {begun && (
          <Button
            look="quiet"
            waiting={waiting}
            className="min-h-12"
            onPress={over ? () => page.resume(goal, "") : page.forget}
          >
            {over ? "Ask again with the same key" : "Another goal"}
          </Button>
        )}
      </div>
    </div>
  );
}
