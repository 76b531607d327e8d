import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { renderReport } from "./render-report.ts";
import { getStorm, readHistory } from "./store.ts";

/** One file of a storm of this account: `history.ndjson`, `report.json` or `report.html`; else undefined. */
export async function readFile(
  db: Database,
  account: string,
  stormId: string,
  file: string,
): Promise<{ type: string; text: string } | undefined> {
  if (!z.uuid().safeParse(stormId).success) return undefined;
  if (file === "history.ndjson") {
    const text = await readHistory(db, account, stormId);
    return text === undefined ? undefined : { type: "application/x-ndjson; charset=utf-8", text };
  }
  const report = (await getStorm(db, account, stormId))?.report;
  if (!report) return undefined;
  if (file === "report.json") {
    return { type: "application/json", text: `${JSON.stringify(report, null, 2)}\n` };
  }
  return file === "report.html"
    ? { type: "text/html; charset=utf-8", text: renderReport(report) }
    : undefined;
}
