type Value = string | number | boolean | number[] | null;

/** Rows of one table, each as name and value: wide enough for nobody to scroll sideways. */
export function Rows({ table, rows }: { table: string; rows: readonly Record<string, Value>[] }) {
  return (
    <section aria-label={`Rows of ${table}`} className="min-w-0">
      <h3 className="font-medium">
        <code className="font-mono text-small">{table}</code>{" "}
        <span className="text-small font-normal text-muted">
          {rows.length} {rows.length === 1 ? "row" : "rows"}
        </span>
      </h3>
      {rows.map((row, at) => (
        <dl
          key={at}
          className="mt-1 grid grid-cols-[minmax(0,8.5rem)_minmax(0,1fr)] gap-x-3 rounded-lg border border-line bg-bg px-3 py-2 text-small"
        >
          {Object.entries(row).map(([column, value]) => (
            <div key={column} className="contents">
              <dt className="text-muted">{column}</dt>
              <dd className="font-mono text-[12px] leading-5 break-all">{shown(value)}</dd>
            </div>
          ))}
        </dl>
      ))}
    </section>
  );
}

function shown(value: Value): string {
  if (value === null) return "null";
  return Array.isArray(value) ? `{${value.join(",")}}` : String(value);
}
