import { SEGMENTS } from "./marks.ts";
import type { AttemptBar } from "./tell-attempts.ts";

/** A bar for one delivery on the time axis of all; each kind of waiting looks different from running. */
export function AttemptRow({ bar, totalMs }: { bar: AttemptBar; totalMs: number }) {
  const at = (ms: number) => (100 * ms) / Math.max(totalMs, 1);
  return (
    <span aria-hidden="true" className="block px-1 py-1">
      <span className="block text-small leading-4">{bar.title}</span>
      <svg width="100%" height="20" className="block">
        <line x1="0" x2="100%" y1="10" y2="10" stroke="var(--line)" />
        {bar.segments.map(({ name, fromMs, toMs }, index) => {
          const { color, dash } = SEGMENTS[name];
          const solid = name === "running";
          return (
            <rect
              key={index}
              x={`${at(fromMs)}%`}
              y={name === "backoff" || name === "waiting" ? 7 : 3}
              height={name === "backoff" || name === "waiting" ? 6 : 14}
              rx="2"
              fill={solid ? `var(--${color})` : "var(--panel)"}
              stroke={`var(--${color})`}
              strokeWidth="1.5"
              strokeDasharray={dash}
              style={{ width: `max(3px, ${at(toMs - fromMs)}%)` }}
            />
          );
        })}
      </svg>
    </span>
  );
}
