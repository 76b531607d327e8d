import { formatMoney } from "../ui/money.ts";
import { Pill, type Tone } from "../ui/pill.tsx";
import { ArrivalList } from "./arrival-list.tsx";
import { resendsOf, times } from "./say-scene.ts";
import type { SideStory } from "./scene.ts";

const titles = {
  naive: { name: "Without a payment key", note: "the naive shop, on the same bank" },
  idempotent: { name: "With a payment key", note: "PayOnce's own checkout" },
};

/** What one side did, in numbers, and request by request. */
export function SideCard({ story, clicks }: { story: SideStory; clicks: number }) {
  const { side, charges, captured } = story;
  const tooMany = charges > 1;
  // A fault or a proxy may have sent one as well, or swallowed it.
  const sum = story.fetches + resendsOf(story) === story.requests ? "=" : undefined;
  const { name, note } = titles[side];
  return (
    <section
      data-panel
      data-side={side}
      data-charges={charges}
      data-requests={story.requests}
      aria-labelledby={`${side}-title`}
      className="arrive min-w-0 rounded-panel border border-line bg-panel"
    >
      <div
        className={`rounded-t-panel border-b px-4 py-3.5 ${tooMany ? "border-fail bg-fail-bg" : "border-ok bg-ok-bg"}`}
      >
        <h2 id={`${side}-title`} className="font-semibold">
          {name} <span className="font-normal text-muted">· {note}</span>
        </h2>
        <p
          className={`mt-1.5 flex flex-wrap items-baseline gap-x-4 text-[26px] leading-9 font-bold min-[500px]:text-counter ${tooMany ? "text-fail" : "text-ok"}`}
        >
          <span>
            <span aria-hidden="true">{tooMany ? "✕ " : "✓ "}</span>
            Charged {times(charges)}
          </span>
          <span>{formatMoney(captured.amount, captured.currency)}</span>
        </p>
        <p className="text-small">
          {tooMany ? "It should have been once at most. " : ""}Counted in the bank&apos;s own
          journal.
        </p>
      </div>
      <dl className="grid grid-cols-4 divide-x divide-line border-b border-line text-center">
        <Count value={clicks} label="clicks" by="you" />
        <Count value={story.fetches} label="fetch()" by="your code" />
        <Count value={resendsOf(story)} label="resent" by="the browser" sign="+" />
        <Count value={story.requests} label="received" by="the server" sign={sum} />
      </dl>
      <div className="px-4 py-3.5">
        <Told story={story} />
        <ArrivalList story={story} />
      </div>
    </section>
  );
}

function Count(props: { value: number; label: string; by: string; sign?: "+" | "=" | undefined }) {
  const { value, label, by, sign } = props;
  return (
    <div className="relative grid content-between px-1 py-2.5">
      {sign && (
        <span
          aria-hidden="true"
          className="absolute bottom-3.5 left-0 w-5 -translate-x-1/2 rounded-full border border-line bg-panel text-small leading-4 text-muted"
        >
          {sign}
        </span>
      )}
      <dt className="text-small leading-4 text-muted">
        {label}
        <br />
        by {by}
      </dt>
      <dd className="text-heading font-bold">{value}</dd>
    </div>
  );
}

/** What the page could honestly tell the buyer at the end. */
function Told({ story }: { story: SideStory }) {
  const [tone, word, sentence] = toldTo(story);
  return (
    <p className="mb-3">
      <Pill tone={tone}>{word}</Pill> <span className="ml-1">{sentence}</span>
    </p>
  );
}

function toldTo({ side, answer, replays }: SideStory): [Tone, string, string] {
  if (answer === "paid" && replays > 0)
    return ["replay", "paid", "The saved answer arrived. Asking again did not charge again."];
  if (answer === "paid") return ["ok", "paid", "The answer arrived."];
  if (side === "naive")
    return [
      "unknown",
      "unknown",
      "No answer arrived. The page can't know, and trying again may charge again.",
    ];
  return [
    "unknown",
    "unknown",
    "No answer arrived yet. Checking again is safe: it uses the same key.",
  ];
}
