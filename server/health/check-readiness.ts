import { sql, type SQL } from "drizzle-orm";
import { lacking, sessionFound } from "../../db/session-needs.ts";
import type { Services } from "../wiring.ts";
import { migrationsHere } from "./migrations-here.ts";

export interface Check {
  name: "database" | "session" | "migrations" | "worker" | "jobs" | "bank";
  ok: boolean;
  /** What to do about it. */
  advice?: string;
}

const WORKER_SEEN_WITHIN_S = 10;

const LATELY_MS = 1_000;
let lately: { of: Services; at: number; checks: Promise<Check[]> } | undefined;

/** As {@link checkReadiness}, of the last second: whoever asks a thousand times has the bank and the database asked once. */
export function checkedLately(services: Services): Promise<Check[]> {
  const now = performance.now();
  if (lately?.of !== services || now - lately.at >= LATELY_MS)
    lately = { of: services, at: now, checks: checkReadiness(services) };
  return lately.checks;
}

/** What a payment needs, each by name. Never rejects. */
export async function checkReadiness({ pool, payments }: Services): Promise<Check[]> {
  const row = await pool.db
    .execute(
      sql`select ${sessionFound} as session, ${applied(migrationsHere())} as migrated,
                 ${seen("completer")} as working, ${seen("jobs")} as running_jobs`,
    )
    .then(
      ([first]) => first,
      () => undefined,
    );
  const bank = await payments.statement("readiness").then(
    () => true,
    () => false,
  );
  return [
    check("database", row !== undefined, "Start PostgreSQL, or mend DATABASE_URL."),
    checkSession(row?.["session"]),
    check("migrations", row?.["migrated"] === true, "npm run db:migrate"),
    check(
      "worker",
      row?.["working"] === true,
      "Start the worker: npm run demo starts it and keeps it alive.",
    ),
    check("jobs", row?.["running_jobs"] === true, "The worker runs no jobs: read its log."),
    check("bank", bank, "Start the bank, or mend BANK_URL."),
  ];
}

/** All of them by name: they need not have come in the order of their numbers. */
function applied(names: string[]): SQL {
  return sql`(select count(*) from schema_migrations where name in (
    select jsonb_array_elements_text(${JSON.stringify(names)}::text::jsonb))) = ${names.length}::integer`;
}

function seen(worker: string): SQL {
  return sql`exists (select 1 from worker_heartbeats where worker = ${worker}
    and seen_at > clock_timestamp() - ${WORKER_SEEN_WITHIN_S}::integer * interval '1 second')`;
}

/** Of the session that it is asked in, which is one of those that payments get. */
function checkSession(found: unknown): Check {
  if (found === undefined) return check("session", false, "The database did not say what it is.");
  const lacks = lacking(String(found));
  return check("session", lacks.length === 0, lacks.join(" "));
}

function check(name: Check["name"], ok: boolean, advice: string): Check {
  return ok ? { name, ok } : { name, ok, advice };
}
