import Link from "next/link";
import type { Lane, LaneAudit } from "../../trpc/outputs.ts";
import { Panel } from "../../ui/panel.tsx";
import { Pill } from "../../ui/pill.tsx";
import { EXPLAINED_BY, SECTIONS } from "./explained-by.ts";

/** A red state links to its cause: the invariants that broke, the very lines, and the pattern that explains them. */
export function CausePanel({ lane, audit }: { lane: Lane; audit: LaneAudit | undefined }) {
  const broken = audit?.invariants.filter(({ holds }) => !holds) ?? [];
  const known = broken.length > 0 ? broken.map(({ id }) => id) : [lane.red];
  const sections = [...new Set(known.flatMap((id) => EXPLAINED_BY[id]?.[0] ?? []))];
  const causes = lane.causes.filter(({ cause }) => known.includes(cause));
  // What broke may be a consequence of the one mistake that is marked.
  const shown = causes.length > 0 || !lane.guilty ? causes : [lane.guilty];
  return (
    <Panel
      id="cause"
      title={`The mistake: ${lane.title.toLowerCase()}`}
      aside={
        broken.length > 0 ? (
          <Pill tone="fail">{broken.map(({ id }) => id).join(", ")} broken</Pill>
        ) : (
          <Pill tone="plain">{lane.red} not broken yet</Pill>
        )
      }
    >
      <p>{lane.mistake}</p>
      {broken.map(({ id, witness }) => (
        <details key={id} className="mt-2 text-small">
          <summary className="min-h-6 cursor-pointer font-medium text-fail">
            ✕ {id}: {witness.length} {witness.length === 1 ? "witness" : "witnesses"}
          </summary>
          <pre className="mt-1 font-mono text-[12px] break-all whitespace-pre-wrap">
            {JSON.stringify(witness[0], null, 2)}
          </pre>
        </details>
      ))}
      {shown.map((guilty) => (
        <figure key={guilty.cause} className="mt-3">
          <figcaption className="text-small text-muted">
            <code className="font-mono">
              {guilty.file}:{guilty.from}–{guilty.to}
            </code>
          </figcaption>
          <pre className="mt-1 rounded-lg border border-dashed border-fail bg-bg p-3 font-mono text-[12px] leading-[18px] break-words whitespace-pre-wrap">
            {guilty.lines.join("\n")}
          </pre>
        </figure>
      ))}
      {sections.map((section) => (
        <Link
          key={section}
          href={`/patterns#${section}`}
          prefetch={false}
          className="mt-2 mr-4 inline-flex min-h-11 items-center text-accent underline underline-offset-4"
        >
          Why: {SECTIONS[section]}
        </Link>
      ))}
    </Panel>
  );
}
