import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import type { StormReport } from "./check-history.ts";
import type { HistoryLine } from "./history.ts";
import type { Sample } from "./sampler.ts";
import { stormSettings, type StormSettings } from "./settings.ts";

/** The newest storms are kept; their histories are the largest rows of the shop. */
const KEPT = 10;
/** A worker that says nothing for so long has died, and its storm with it. */
const SILENT_S = 15;

export interface StormView {
  stormId: string;
  settings: StormSettings;
  state: "queued" | "running" | "done";
  samples: Sample[];
  report: StormReport | null;
  createdAt: string;
}

const view = z.object({
  stormId: z.string(),
  settings: stormSettings,
  state: z.enum(["queued", "running", "done"]),
  samples: z.custom<Sample[]>(Array.isArray),
  report: z.custom<StormReport | null>(),
  createdAt: z.string(),
});

/** Undefined: this account has one under way, and one at a time is its quota. */
export async function queueStorm(
  db: Database,
  { account, settings, target }: { account: string; settings: StormSettings; target: string },
): Promise<string | undefined> {
  const stormId = uuidv7();
  const rows = await db.execute(sql`
    with old as (
      delete from storms where account = ${account} and state = 'done' and storm_id not in (
        select storm_id from storms where account = ${account} order by storm_id desc limit ${KEPT - 1}::integer)
    )
    insert into storms (account, storm_id, settings, target)
    values (${account}, ${stormId}, ${JSON.stringify(settings)}::text::jsonb, ${target})
    on conflict (account) where state <> 'done' do nothing returning storm_id`);
  return rows.length > 0 ? stormId : undefined;
}

/** The storm of this id, else the newest. */
export async function getStorm(
  db: Database,
  account: string,
  stormId?: string,
): Promise<StormView | undefined> {
  const [row] = await db.execute(sql`
    select storm_id as "stormId", settings, state, samples, report,
           to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "createdAt"
      from storms where account = ${account} and (${stormId ?? null}::uuid is null or storm_id = ${stormId ?? null}::uuid)
     order by storm_id desc limit 1`);
  return row === undefined ? undefined : view.parse(fromJson(row));
}

export async function stopStorm(db: Database, account: string, stormId: string): Promise<void> {
  await db.execute(sql`
    update storms set stop_requested = true
     where account = ${account} and storm_id = ${stormId} and state <> 'done'`);
}

/** NDJSON, one line an event; undefined when the account has no such storm. */
export async function readHistory(
  db: Database,
  account: string,
  stormId: string,
): Promise<string | undefined> {
  const rows = await db.execute(sql`
    select line from storm_history where account = ${account} and storm_id = ${stormId} order by seq`);
  return rows.length === 0 ? undefined : rows.map((row) => `${String(row["line"])}\n`).join("");
}

export interface Claimed {
  account: string;
  stormId: string;
  settings: StormSettings;
  target: string;
}

/** The oldest that waits, for this worker alone; one whose worker died ends without a verdict. */
export async function claimStorm(db: Database): Promise<Claimed | undefined> {
  await db.execute(sql`
    update storms set state = 'done'
     where state = 'running' and seen_at < clock_timestamp() - ${SILENT_S}::integer * interval '1 second'`);
  const [row] = await db.execute(sql`
    update storms set state = 'running', seen_at = clock_timestamp()
     where (account, storm_id) = (
       select account, storm_id from storms where state = 'queued' order by created_at limit 1 for update skip locked)
    returning account, storm_id as "stormId", settings, target`);
  if (row === undefined) return undefined;
  const claimed = z.object({
    account: z.string(),
    stormId: z.string(),
    settings: stormSettings,
    target: z.string(),
  });
  return claimed.parse(fromJson(row));
}

/** Adds what was seen since; says whether somebody wants it to stop. */
export async function noteSamples(
  db: Database,
  { account, stormId }: Claimed,
  samples: Sample[],
): Promise<{ stop: boolean }> {
  const [row] = await db.execute(sql`
    update storms set samples = samples || ${JSON.stringify(samples)}::text::jsonb, seen_at = clock_timestamp()
     where account = ${account} and storm_id = ${stormId} returning stop_requested`);
  return { stop: row?.["stop_requested"] === true };
}

export async function endStorm(
  db: Database,
  { account, stormId }: Claimed,
  { report, history }: { report: StormReport | null; history: HistoryLine[] },
): Promise<void> {
  const lines = history.map((line) => ({ seq: line.seq, line: JSON.stringify(line) }));
  await db.execute(sql`
    with written as (
      insert into storm_history (account, storm_id, seq, line)
      select ${account}, ${stormId}::uuid, l.seq, l.line
        from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb) as l(seq integer, line text)
    )
    update storms set state = 'done', report = ${JSON.stringify(report)}::text::jsonb
     where account = ${account} and storm_id = ${stormId}`);
}

/** Whatever parser the client has for jsonb: some give text. */
function fromJson(row: Record<string, unknown>): Record<string, unknown> {
  const read = (value: unknown) => (typeof value === "string" ? JSON.parse(value) : value);
  return {
    ...row,
    ...("settings" in row && { settings: read(row["settings"]) }),
    ...("samples" in row && { samples: read(row["samples"]) }),
    ...("report" in row && { report: read(row["report"]) }),
  };
}
