import type { Invariant } from "../trpc/outputs.ts";
import { Pill } from "../ui/pill.tsx";

/** The promises as the server checks them, by its own list. */
export function InvariantStrip({ invariants }: { invariants: readonly Invariant[] | undefined }) {
  if (!invariants || invariants.length === 0) return null;
  const broken = invariants.filter((invariant) => !invariant.holds).length;
  return (
    <section aria-label="Invariants" className="min-w-0">
      <p className="mb-2 text-small text-muted">
        {broken === 0
          ? `All ${invariants.length} invariants hold for this account.`
          : `${broken} of ${invariants.length} invariants are broken.`}
      </p>
      <ul className="flex flex-wrap gap-2">
        {invariants.map((invariant) => (
          <li
            key={invariant.id}
            title={`${invariant.name} (${invariant.rowsChecked} rows checked)`}
          >
            <Pill tone={invariant.holds ? "ok" : "fail"}>
              {invariant.id}
              <span className="sr-only">
                {invariant.holds ? " holds: " : " is broken: "}
                {invariant.name}
              </span>
            </Pill>
          </li>
        ))}
      </ul>
    </section>
  );
}
