import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { registry } from "./watch-event.ts";

/**
 * Prometheus text: this process's counters, and what only the table can know, which is the same from every
 * instance. Without the database the counters alone, and `payonce_database_up 0`.
 */
export async function readMetrics(db: Database): Promise<string> {
  const [row] = await db
    .execute(
      sql`select
        (select count(*)::integer from idempotency_keys where state in ('in_progress', 'unknown')) as unfinished,
        (select count(*)::integer from idempotency_keys where state = 'needs_review') as in_review,
        (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8
           from idempotency_keys where state in ('in_progress', 'unknown')) as oldest_s,
        (select count(*)::integer from receipts where sent_at is null and review is null) as receipts_unsent,
        (select count(*)::integer from receipts where sent_at is null and review is not null) as receipts_in_review,
        (select count(*)::integer from reconciliation_findings where resolved_at is null) as findings,
        (select extract(epoch from clock_timestamp() - max(ended_at))::float8 from reconciliation_rounds) as compared_s`,
    )
    .catch(() => []);
  const gauges: [string, string, number][] = [
    ["payonce_database_up", "1 when Postgres answered", row ? 1 : 0],
  ];
  if (row) {
    gauges.push(
      [
        "payonce_idempotency_unfinished_keys",
        "Keys in progress or unknown",
        Number(row["unfinished"]),
      ],
      [
        "payonce_idempotency_oldest_unfinished_seconds",
        "Age of the oldest of them",
        Number(row["oldest_s"]),
      ],
      [
        "payonce_idempotency_needs_review_keys",
        "Keys that wait for a person; above 0 is an alarm",
        Number(row["in_review"]),
      ],
      ["payonce_receipts_unsent", "Receipts on their way", Number(row["receipts_unsent"])],
      [
        "payonce_receipts_needs_review",
        "Receipts that nobody tries to deliver any more; above 0 is an alarm",
        Number(row["receipts_in_review"]),
      ],
      [
        "payonce_reconciliation_findings",
        "Movements of money that one side of the books does not know of; above 0 is an alarm",
        Number(row["findings"]),
      ],
    );
  }
  if (row?.["compared_s"] != null)
    gauges.push([
      "payonce_reconciliation_age_seconds",
      "Since the books were last compared with the bank's",
      Number(row["compared_s"]),
    ]);
  const text = gauges.map(
    ([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`,
  );
  return (await registry.metrics()) + text.join("");
}

export const METRICS_CONTENT_TYPE = registry.contentType;
