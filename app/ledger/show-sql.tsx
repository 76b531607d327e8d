import type { ReactNode } from "react";

/** The statement as Postgres was given it: to read, not to change. What it found stands beside the way to it. */
export function ShowSql(props: { of: string; text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 text-small">
      <span className="text-muted">{props.children}</span>
      <details className="min-w-0 open:basis-full">
        <summary className="inline-flex min-h-6 cursor-pointer items-center text-accent underline underline-offset-4">
          Show SQL<span className="sr-only"> of {props.of}</span>
        </summary>
        <p className="mt-1 text-muted">
          The statement that was run. Its parameters are this account and the bank&apos;s own
          statement, as JSON.
        </p>
        <pre className="mt-1 rounded-lg border border-line bg-bg p-2 font-mono text-[12px] leading-5 break-words whitespace-pre-wrap">
          {outdented(props.text)}
        </pre>
      </details>
    </div>
  );
}

/** Without the indentation that it has in our source. */
function outdented(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const margins = rest.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const margin = Math.min(...margins, 60);
  return [first, ...rest.map((line) => line.slice(Math.min(margin, line.search(/\S|$/))))].join(
    "\n",
  );
}
