import type { Outside } from "../trpc/outputs.ts";

/** How often each outside system did its part, by its own journal. More than one is red. */
export function OutsideTiles(props: {
  outside: Outside | undefined;
  receipts: number | undefined;
}) {
  const { outside } = props;
  const tiles = [
    { label: "Stock reserved", note: "the warehouse's journal", count: outside?.reservations },
    { label: "Card charged", note: "the bank's journal", count: outside?.charges },
    { label: "Mails accepted", note: "the post's journal", count: outside?.mails },
    { label: "Couriers booked", note: "the courier's journal", count: outside?.bookings },
  ];
  return (
    <div>
      <dl className="grid grid-cols-2 gap-3">
        {tiles.map(({ label, note, count }) => (
          <div
            key={label}
            data-panel
            data-outside={label}
            className={`rounded-panel border px-3 py-2 ${look(count)}`}
          >
            <dt className="text-small text-muted">{label}</dt>
            <dd>
              <span className="text-counter font-bold">{count ?? "–"}</span>
              {(count ?? 0) > 1 && (
                <span className="ml-2 text-small font-semibold text-fail">✕ must be ≤ 1</span>
              )}
              <span className="block text-small text-muted">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-small text-muted">
        Read from the outside systems, not from our record of having asked.
        {(outside?.releases ?? 0) > 0 && " The goods were put back: a step undid a step."}
        {props.receipts !== undefined &&
          ` Receipts in effect: ${props.receipts} (a pattern of its own: mail servers know no keys).`}
      </p>
    </div>
  );
}

function look(count: number | undefined): string {
  if (count === undefined || count === 0) return "border-line bg-panel";
  return count === 1 ? "border-ok bg-ok-bg" : "border-fail bg-fail-bg";
}
