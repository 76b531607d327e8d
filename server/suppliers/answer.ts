import { createHash, randomUUID } from "node:crypto";
import type { SuppliersSql } from "./database.ts";
import { type Desk, readAsked } from "./read-asked.ts";
import { Refusal } from "./refusal.ts";

export interface Reply {
  status: number;
  body: string;
  replayed: boolean;
}

/**
 * Does what one desk is asked for. With a key it is done once and answered the same every time, for as long as the row
 * is kept; without one it is done each time, as it was asked.
 * @throws {Refusal} 400; 409 when the key had another request
 */
export async function answer(
  sql: SuppliersSql,
  desk: Desk,
  body: string,
  key: string | undefined,
  busyMs: number,
): Promise<Reply> {
  const asked = readAsked(desk, body);
  const print = createHash("sha256").update(JSON.stringify(asked)).digest("hex");
  const [row] = await sql<{ body: string; replayed: boolean; same: boolean }[]>`
    select * from suppliers.serve(${desk}, ${key ?? randomUUID()}, ${print}, ${idAt(desk)}, ${asked.account},
      ${asked.orderId}, ${JSON.stringify(asked)}::text::jsonb, ${busyMs / 1_000}::float8)`;
  if (row === undefined) throw new Error("A desk answers with one row");
  if (!row.same) throw new Refusal(409, "This key had another request.");
  return { status: 200, body: row.body, replayed: row.replayed };
}

const PREFIXES = { reservations: "res", releases: "rel", mails: "mail", bookings: "cou" } as const;

function idAt(desk: Desk): string {
  return `${PREFIXES[desk]}_${randomUUID().replaceAll("-", "").slice(0, 20)}`;
}
