"use client";

import { useState } from "react";
import { cellLook, headLook } from "../proof/table-look.ts";
import { api } from "../trpc/client.ts";
import type { Pattern, PatternSide } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";
import { Pill } from "../ui/pill.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";

type State =
  | { now: "ready" | "running" }
  | { now: "shown"; sides: PatternSide[] }
  | { now: "broken off"; message: string };

/** The button that breaks both sides, and what is left of them. */
export function Demonstration({ id, breaks }: Pick<Pattern, "id" | "breaks">) {
  const hydrated = useHydrated();
  const [state, setState] = useState<State>({ now: "ready" });
  const running = state.now === "running";

  async function run() {
    setState({ now: "running" });
    try {
      setState({ now: "shown", sides: await api.lab.demonstrate.mutate({ id }) });
    } catch (error) {
      setState({
        now: "broken off",
        message: error instanceof Error ? error.message : "no answer",
      });
    }
  }

  return (
    <div>
      <Button look="quiet" waiting={running || !hydrated} onPress={() => void run()}>
        {running ? "Breaking it…" : state.now === "shown" ? `${breaks}, again` : breaks}
      </Button>
      <div aria-live="polite" className="mt-3">
        {state.now === "broken off" && (
          <p className="text-fail">
            ✕ The experiment broke off: {state.message}. Your own orders were not touched.
          </p>
        )}
        {state.now === "shown" && (
          <div className="grid gap-3 min-[700px]:grid-cols-2">
            {state.sides.map((side) => (
              <Outcome key={`${side.fault ?? ""} ${side.name}`} side={side} />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

function Outcome({ side }: { side: PatternSide }) {
  return (
    <section
      aria-label={side.fault === undefined ? side.name : `${side.fault}: ${side.name}`}
      data-holds={side.holds}
      className={`min-w-0 rounded-panel border p-3 ${side.holds ? "border-ok" : "border-fail"}`}
    >
      {side.fault && <p className="mb-1 text-small text-muted">{side.fault}</p>}
      <h3 className="flex flex-wrap items-baseline justify-between gap-2 font-semibold">
        {side.name}
        <Pill tone={side.holds ? "ok" : "fail"}>{side.holds ? "promise kept" : "broken"}</Pill>
      </h3>
      <p className="mt-1">{side.sentence}</p>
      {side.tables.map((table) => (
        <table key={table.title} className="mt-3 w-full tabular-nums">
          <caption className="pb-1 text-left text-small text-muted">{table.title}</caption>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col" className={headLook}>
                  {column === "" ? <span className="sr-only">when</span> : column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, at) => (
              <tr key={`${at} ${row.join(" ")}`}>
                {row.map((cell, column) => (
                  <td
                    key={table.columns[column]}
                    className={`${cellLook} [overflow-wrap:anywhere]`}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}
