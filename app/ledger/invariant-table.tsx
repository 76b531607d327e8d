import type { Invariant } from "../trpc/outputs.ts";
import { Pill } from "../ui/pill.tsx";
import { sayCount } from "../ui/say-count.ts";
import { ShowSql } from "./show-sql.tsx";

/** What the server checks, by its own ids: with the smallest witness of what is broken, and the statement that looked. */
export function InvariantTable({ invariants }: { invariants: readonly Invariant[] | undefined }) {
  if (!invariants) return <p className="text-muted">Asking the server…</p>;
  return (
    <ul className="grid">
      {invariants.map((invariant) => (
        <li
          key={invariant.id}
          className="grid grid-cols-[3.25rem_minmax(0,1fr)] gap-x-2 border-b border-line py-2 last:border-b-0 min-[700px]:grid-cols-[3.25rem_minmax(0,1fr)_9rem]"
        >
          <strong className="font-semibold">{invariant.id}</strong>
          <span className="min-w-0">{invariant.name}</span>
          <span className="col-start-2 mt-1 min-[700px]:col-start-3 min-[700px]:mt-0 min-[700px]:text-right">
            <Verdict invariant={invariant} />
          </span>
          <div className="col-start-2 min-w-0 min-[700px]:col-end-4">
            {!invariant.holds && (
              <pre className="mt-1 rounded-lg bg-fail-bg p-2 font-mono text-small break-words whitespace-pre-wrap text-fail">
                {JSON.stringify(invariant.witness[0], null, 1)}
                {invariant.witness.length > 1 && `\nand ${invariant.witness.length - 1} more`}
              </pre>
            )}
            <ShowSql of={invariant.id} text={invariant.sql}>
              {sayCount(invariant.rowsChecked, "row")} checked
              {invariant.open > 0 &&
                `, ${sayCount(invariant.open, "intent")} still open: it may yet change`}
            </ShowSql>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Verdict({ invariant: { holds, open } }: { invariant: Invariant }) {
  if (!holds) return <Pill tone="fail">broken</Pill>;
  return open > 0 ? <Pill tone="unknown">holds so far</Pill> : <Pill tone="ok">holds</Pill>;
}
