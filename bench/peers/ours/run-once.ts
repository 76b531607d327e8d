import { sql } from "drizzle-orm";
import { runOnce } from "../../../server/idempotency/index.ts";
import { ANSWER, type OpenPeer } from "../peer.ts";
import { openPool } from "./open-pool.ts";

export const open: OpenPeer = async (surroundings) => {
  const pool = openPool(surroundings);
  const { at, leaseMs } = surroundings;
  return {
    async pay({ key, amount }) {
      const { text } = await runOnce<typeof ANSWER>({
        store: pool.db,
        account: "bench",
        key,
        procedure: "bench.pay",
        input: { amount },
        namespace: "bench",
        limits: { leaseMs, waitMs: leaseMs, recoverWithinMs: 72_000_000 },
        admission: {
          select: sql`select null::text as order_id, '{}'::text as request`,
          step: "charge",
        },
        handler: async (attempt) => {
          await attempt.step("charge", {
            request: () => ({}),
            send: async () => {
              await at("in the step's call");
              return { ok: true };
            },
          });
          await at("after the step");
          const done = await attempt.commit(ANSWER, {
            effects: [
              sql`insert into peer_effects (key, amount) select ${key}::uuid, ${amount}::bigint from done`,
            ],
          });
          await at("after the commit");
          return done;
        },
      });
      return text;
    },
    close: () => pool.close(),
  };
};
