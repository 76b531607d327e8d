import { MARKS, SEGMENTS } from "./marks.ts";

/** Made from the style table: a mark that is not in it cannot be drawn, one that is in it is explained. */
export function Legend({ view }: { view: "sequence" | "timeline" | "list" }) {
  const marks = Object.values(view === "timeline" ? SEGMENTS : MARKS);
  return (
    <details className="text-small text-muted">
      <summary className="inline-flex min-h-6 cursor-pointer items-center font-medium">
        Legend
      </summary>
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1.5">
        {marks.map(({ words, glyph, color, dash }) => (
          <li key={words} className="inline-flex items-center gap-2">
            <svg width="34" height="10" aria-hidden="true">
              <line
                x1="0"
                x2="34"
                y1="5"
                y2="5"
                stroke={`var(--${color})`}
                strokeWidth="2"
                strokeDasharray={dash}
              />
            </svg>
            <span style={{ color: `var(--${color})` }} aria-hidden="true" className="font-semibold">
              {glyph}
            </span>
            {words}
          </li>
        ))}
      </ul>
    </details>
  );
}
