import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { LanePay } from "./run-lane.ts";

/** Experiments are cheap and a storm makes a thousand; beyond this an account must reset its lab. */
export const LAB_REQUESTS_MAX = 10_000;

interface Request extends LanePay {
  account: string;
  requestId: string;
  arrival: number;
}

/**
 * Writes down a request before the lane sees it: what it asked for is the witness of S11.
 * @throws {TRPCError} TOO_MANY_REQUESTS
 */
export async function recordRequest(db: Database, wanted: Request): Promise<void> {
  const rows = await db.execute(sql`
    insert into lab_requests (account, lane, order_id, run_key, request_id, arrival, key, amount, payment_method)
    select ${wanted.account}, ${wanted.lane}, ${wanted.orderId}::uuid, ${wanted.runKey}::uuid, ${wanted.requestId}::uuid,
           ${wanted.arrival}::integer, ${wanted.idempotencyKey ?? null}::uuid, ${wanted.amount}::bigint, ${wanted.paymentMethod}
     where (select count(*) from lab_requests where account = ${wanted.account}) < ${LAB_REQUESTS_MAX}
    returning 1`);
  if (rows.length === 0) {
    throw new TRPCError({
      code: "TOO_MANY_REQUESTS",
      message: `This account's lab holds ${LAB_REQUESTS_MAX} requests. Reset the lab and go on. This one did nothing.`,
    });
  }
}

/** What its client was told. Never rejects: a note must not change the answer that it is about. */
export async function tellRequest(
  db: Database,
  { account, lane, orderId, requestId, told }: Omit<Request, "arrival"> & { told: string },
): Promise<void> {
  await db
    .execute(
      sql`update lab_requests set told = ${told}
           where account = ${account} and lane = ${lane} and order_id = ${orderId}::uuid and request_id = ${requestId}::uuid`,
    )
    .catch(() => undefined);
}
