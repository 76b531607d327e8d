import Link from "next/link";
import type { Lane, LaneAudit } from "../../trpc/outputs.ts";
import { Panel } from "../../ui/panel.tsx";
import { Pill } from "../../ui/pill.tsx";

/** Which lesson an invariant's break belongs to. */
const LESSONS: Record<string, string> = {
  S1: "01",
  S2: "01",
  S11: "02",
  S13: "02",
  S16: "02",
  S12: "03",
  S15: "03",
  S8: "04",
  S3: "06",
  S4: "06",
  S5: "06",
  S6: "06",
  S9: "06",
  S14: "06",
  S7: "07",
  S10: "07",
};

/** A red state links to its cause: the invariants that broke, the very lines, and the lesson about them. */
export function CausePanel({ lane, audit }: { lane: Lane; audit: LaneAudit | undefined }) {
  const broken = audit?.invariants.filter(({ holds }) => !holds) ?? [];
  const lesson = LESSONS[lane.red];
  const guilty = lane.guilty;
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
      {guilty && (
        <figure className="mt-3">
          <figcaption className="text-small text-muted">
            <code className="font-mono">
              {guilty.file}:{guilty.from}–{guilty.to}
            </code>
          </figcaption>
          <pre className="mt-1 rounded-lg border border-dashed border-fail bg-bg p-3 font-mono text-[12px] leading-[18px] break-words whitespace-pre-wrap">
            {guilty.lines.join("\n")}
          </pre>
        </figure>
      )}
      {lesson && (
        <Link
          href={`/learn/${lesson}`}
          prefetch={false}
          className="mt-2 inline-flex min-h-11 items-center text-accent underline underline-offset-4"
        >
          Lesson {lesson} is about this
        </Link>
      )}
    </Panel>
  );
}
