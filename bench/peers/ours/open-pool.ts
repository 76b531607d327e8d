import { bigint, pgTable, uuid } from "drizzle-orm/pg-core";
import { openDatabase, type OpenDatabase } from "../../../db/client.ts";
import type { Surroundings } from "../peer.ts";

/** The order that env.ts demands of an application's limits, from its lease down. */
export function openPool({ appUrl, connections, leaseMs }: Surroundings): OpenDatabase {
  return openDatabase({
    url: appUrl,
    max: connections,
    queueMs: 20_000,
    timings: {
      lockMs: leaseMs * 0.3,
      statementMs: leaseMs * 0.5,
      socketMs: leaseMs * 0.75,
      idleInTransactionMs: leaseMs * 0.75,
    },
    applicationName: "payonce-bench-peers",
  });
}

export const peerEffects = pgTable("peer_effects", {
  key: uuid().notNull(),
  amount: bigint({ mode: "number" }).notNull(),
});
