import { sayMs } from "../happened/step.ts";
import { senders } from "../proof/senders.ts";
import { formatMoney } from "../ui/money.ts";
import { Pill } from "../ui/pill.tsx";
import type { ArrivalRow, SideStory } from "./scene.ts";

/** Every request that the server received: who sent it, what it did, and what became of its answer. */
export function ArrivalList({ story }: { story: SideStory }) {
  const each = story.captured.amount / Math.max(1, story.charges);
  const price = formatMoney(each, story.captured.currency);
  return (
    <ol className="grid gap-1.5" aria-label="Requests that the server received">
      {story.rows.map((row) => (
        <li
          key={row.arrival}
          className="grid grid-cols-[62px_minmax(0,1fr)] items-baseline gap-x-2.5"
        >
          <span className="text-right font-mono text-small text-muted">+{sayMs(row.afterMs)}</span>
          <span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
            <Pill tone={senders[row.sentBy].tone}>{senders[row.sentBy].name}</Pill>
            <Did row={row} price={price} tooMany={story.charges > 1} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Did({ row, price, tooMany }: { row: ArrivalRow; price: string; tooMany: boolean }) {
  const charged = row.did === "charged";
  const repeated = charged && tooMany && row.arrival > 1;
  return (
    <span className="min-w-0">
      {charged ? (
        <strong className={`font-semibold ${repeated ? "text-fail" : ""}`}>
          {repeated ? `charged ${price} again` : `charged ${price}`}
        </strong>
      ) : row.did === "replayed" ? (
        <span className="text-replay">saved answer, nothing ran</span>
      ) : row.did === "refused" ? (
        "refused, nothing ran"
      ) : (
        "no charge"
      )}
      {row.answerLost ? <span className="text-unknown"> · answer lost</span> : " · answered"}
    </span>
  );
}
