import { ACTORS, type Step } from "./step.ts";

/** The steps as a Mermaid sequence diagram, for a ticket or a README. */
export function writeMermaid(steps: readonly Step[]): string {
  const lines = steps.map(({ from, to, label, lost, event, afterMs }) => {
    const text = `+${afterMs} ms ${label}: ${event.text}`.replaceAll(/[;#\n]/g, " ");
    if (from === to) return `  Note over ${from}: ${text}`;
    return `  ${from}${lost ? "--x" : "->>"}${to}: ${text}`;
  });
  return ["sequenceDiagram", ...ACTORS.map((actor) => `  participant ${actor}`), ...lines, ""].join(
    "\n",
  );
}
