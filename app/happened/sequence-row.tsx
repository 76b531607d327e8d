import { memo } from "react";
import { MARKS } from "./marks.ts";
import { ACTORS, type Actor, sayMs, type Step } from "./step.ts";

const SEQUENCE_ROW_PX = 40;

/** Where an actor's line stands, in per cent of the drawing. */
export function placeOf(actor: Actor): number {
  return 6 + ACTORS.indexOf(actor) * (88 / (ACTORS.length - 1));
}

/**
 * One arrow between six lines, as wide as there is room. The label has a halo of the panel's colour. Drawn again only
 * when its own event is told differently: 500 of them stand in a list that grows ten times a second.
 */
export const SequenceRow = memo(DrawnRow, (a, b) => isSame(a.step, b.step));

function isSame(a: Step, b: Step): boolean {
  return a.event === b.event && a.to === b.to && a.afterMs === b.afterMs;
}

function DrawnRow({ step }: { step: Step }) {
  const { color, dash, glyph } = MARKS[step.mark];
  const stroke = `var(--${color})`;
  const [from, to] = [placeOf(step.from), placeOf(step.to)];
  const way = Math.sign(to - from);
  const end = step.lost && way !== 0 ? from + (to - from) * 0.72 : to;
  const middle = way === 0 ? from : (from + end) / 2;
  const anchor = middle < 20 ? "start" : middle > 80 ? "end" : "middle";
  return (
    <span aria-hidden="true" className="grid grid-cols-[74px_minmax(0,1fr)] items-center">
      <span className="pr-2 text-right font-mono text-small whitespace-nowrap text-muted">
        +{sayMs(step.afterMs)}
      </span>
      <svg width="100%" height={SEQUENCE_ROW_PX} className="block overflow-visible">
        {ACTORS.map((actor) => (
          <line
            key={actor}
            x1={`${placeOf(actor)}%`}
            x2={`${placeOf(actor)}%`}
            y1="0"
            y2={SEQUENCE_ROW_PX}
            stroke="var(--line)"
          />
        ))}
        {way === 0 ? (
          <circle cx={`${from}%`} cy="28" r="4.5" fill={stroke} />
        ) : (
          <line
            x1={`${from}%`}
            x2={`${end}%`}
            y1="28"
            y2="28"
            stroke={stroke}
            strokeWidth="1.75"
            strokeDasharray={dash}
            markerEnd={step.lost ? undefined : `url(#tip-${step.mark})`}
          />
        )}
        {step.lost && way !== 0 && (
          <text x={`${end}%`} y="32.5" dx={way * 7} textAnchor="middle" fill={stroke} fontSize="13">
            ✕
          </text>
        )}
        <text
          x={`${anchor === "middle" ? middle : anchor === "start" ? Math.min(from, end) : Math.max(from, end)}%`}
          dx={anchor === "start" ? 8 : anchor === "end" ? -8 : 0}
          y="19"
          textAnchor={anchor}
          fontSize="12.5"
          fill={
            step.mark === "note" ? "var(--muted)" : step.mark === "request" ? "var(--ink)" : stroke
          }
          style={{ paintOrder: "stroke", stroke: "var(--halo, var(--panel))", strokeWidth: 4 }}
        >
          {glyph} {step.label}
        </text>
      </svg>
    </span>
  );
}

/** Arrow tips, one for each colour; `context-stroke` is not everywhere yet. */
export function ArrowTips() {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      <defs>
        {Object.entries(MARKS).map(([name, { color }]) => (
          <marker
            key={name}
            id={`tip-${name}`}
            viewBox="0 0 8 8"
            refX="8"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" fill={`var(--${color})`} />
          </marker>
        ))}
      </defs>
    </svg>
  );
}

/** The names above the lines, which stay while the list is scrolled. @param below the lane's own name, which stays too */
export function ActorNames({ below }: { below: boolean }) {
  return (
    <div
      aria-hidden="true"
      className={`sticky ${below ? "top-8" : "top-0"} z-10 grid grid-cols-[74px_minmax(0,1fr)] border-b border-line bg-panel`}
    >
      <span />
      <span className="relative block h-7">
        {ACTORS.map((actor) => (
          <span
            key={actor}
            style={{ left: `${placeOf(actor)}%` }}
            className="absolute -translate-x-1/2 text-small font-semibold text-muted"
          >
            {actor}
          </span>
        ))}
      </span>
    </div>
  );
}
