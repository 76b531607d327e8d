import { cellLook, headLook } from "../proof/table-look.ts";
import type { StormSample } from "../trpc/outputs.ts";
import { ratesOf } from "./rates.ts";

const wideOnly: readonly string[] = ["In doubt", "p50", "p99"];
const columns = [
  ["Second", (rate) => rate.t],
  ["Sent", (rate) => rate.sent],
  ["Ran", (rate) => rate.executed],
  ["Replayed", (rate) => rate.replayed],
  ["In doubt", (rate) => rate.inDoubt],
  ["p50", (rate) => `${rate.p50} ms`],
  ["p99", (rate) => `${rate.p99} ms`],
  ["Duplicates", (rate) => rate.duplicates],
] as const satisfies [string, (rate: ReturnType<typeof ratesOf>[number]) => number | string][];

/** What the chart draws, in figures. */
export function StormTable({ samples }: { samples: readonly StormSample[] }) {
  const rates = ratesOf(samples);
  return (
    <details className="mt-3">
      <summary className="min-h-11 cursor-pointer py-2 text-muted">
        The same as a table ({rates.length} seconds)
      </summary>
      <table className="w-full tabular-nums">
        <thead>
          <tr>
            {columns.map(([name]) => (
              <th key={name} scope="col" className={`${headLook} text-right ${onlyWide(name)}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <tr key={rate.t}>
              {columns.map(([name, of]) => (
                <td
                  key={name}
                  className={`${cellLook} text-right whitespace-nowrap ${onlyWide(name)}`}
                >
                  {of(rate)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** A phone has no room for these. */
function onlyWide(name: string): string {
  return wideOnly.includes(name) ? "max-[700px]:hidden" : "";
}
