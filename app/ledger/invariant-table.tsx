import { cellLook, headLook } from "../proof/table-look.ts";
import type { Invariant } from "../trpc/outputs.ts";
import { Pill } from "../ui/pill.tsx";

/** What the server checks, by its own ids, with the smallest witness of what is broken. */
export function InvariantTable({ invariants }: { invariants: readonly Invariant[] | undefined }) {
  if (!invariants) return <p className="text-muted">Asking the server…</p>;
  return (
    <table className="w-full">
      <thead>
        <tr>
          <th scope="col" className={headLook}>
            Promise
          </th>
          <th scope="col" className={`${headLook} text-right`}>
            Rows checked
          </th>
          <th scope="col" className={`${headLook} text-right`}>
            Now
          </th>
        </tr>
      </thead>
      <tbody>
        {invariants.map((invariant) => (
          <tr key={invariant.id}>
            <td className={cellLook}>
              <strong className="mr-2 font-semibold">{invariant.id}</strong>
              {invariant.name}
              {!invariant.holds && (
                <pre className="mt-1 overflow-x-auto rounded-lg bg-fail-bg p-2 font-mono text-small text-fail">
                  {JSON.stringify(invariant.witness, null, 1)}
                </pre>
              )}
            </td>
            <td className={`${cellLook} text-right`}>{invariant.rowsChecked}</td>
            <td className={`${cellLook} text-right`}>
              <Pill tone={invariant.holds ? "ok" : "fail"}>
                {invariant.holds ? "holds" : "broken"}
              </Pill>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
