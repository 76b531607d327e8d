import type { Storm } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";
import { Pill, type Tone } from "../ui/pill.tsx";

const words: Record<"true" | "false" | "unknown", [Tone, string, string]> = {
  true: ["ok", "valid", "Nobody was charged twice, and everybody was told what is true."],
  false: ["fail", "not valid", "A promise was broken. The smallest witness comes first."],
  unknown: ["unknown", "no verdict", "This run has not shown anything, for or against."],
};
const files = ["history.ndjson", "report.json", "report.html"] as const;

/** What the storm has shown, how to see it again, and everything it is based on. */
export function VerdictCard({ storm }: { storm: Storm }) {
  const { report } = storm;
  const [tone, word, sentence] = words[report?.valid ?? "unknown"];
  return (
    <Panel id="verdict" title="Verdict" aside={<Pill tone={tone}>{word}</Pill>}>
      {report === null ? (
        <p>The worker ended before the storm did, or could not reach the web. Start it again.</p>
      ) : (
        <>
          <p className="font-medium">{sentence}</p>
          <p className="mt-1 font-mono text-[13px] [overflow-wrap:anywhere]" data-verdict>
            {report.sentence}
          </p>
          {report.overpaid > 0 && (
            <p className="mt-2 text-fail">
              ✕ Customers paid {formatMoney(report.overpaid, "EUR")} too much.
            </p>
          )}
          {report.reasons.map((reason) => (
            <p key={reason} className="mt-2 text-unknown">
              ? {reason}
            </p>
          ))}
          <ol className="mt-3 grid gap-2">
            {report.violations.slice(0, 3).map((violation) => (
              <li
                key={`${violation.id} ${violation.orderId} ${violation.sentence}`}
                className="rounded-lg bg-fail-bg p-3"
              >
                <p className="font-medium text-fail">
                  ✕ {violation.id}: {violation.sentence}
                </p>
                <details>
                  <summary className="min-h-11 cursor-pointer py-2">
                    Order {violation.orderId}: the rows that show it
                  </summary>
                  <pre className="font-mono text-[12px] whitespace-pre-wrap text-ink [overflow-wrap:anywhere]">
                    {JSON.stringify(violation.witness, null, 1)}
                  </pre>
                </details>
              </li>
            ))}
          </ol>
          <p className="mt-3 text-small text-muted">The same again, from a terminal:</p>
          <pre className="mt-1 rounded-lg border border-line bg-bg p-2 font-mono text-[12px] whitespace-pre-wrap [overflow-wrap:anywhere]">
            {report.command}
          </pre>
          <ul className="mt-3 flex flex-wrap gap-x-4">
            {files.map((file) => (
              <li key={file}>
                <a
                  href={`/api/storm/${storm.stormId}/${file}`}
                  download
                  className="inline-flex min-h-11 items-center text-accent underline"
                >
                  {file}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
