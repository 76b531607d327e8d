import { formatClock } from "../ui/clock.tsx";
import { Pill } from "../ui/pill.tsx";

/** A lost poll: old numbers must never look live. */
export function OldNumbers({ lost, since }: { lost: boolean; since: number }) {
  if (!lost) return null;
  return (
    <Pill tone="unknown">
      {since > 0 ? `as of ${formatClock(since)}, asking again` : "no answer yet, asking again"}
    </Pill>
  );
}
