import { sql } from "drizzle-orm";
import { recordOnce } from "../../../server/idempotency/index.ts";
import { ANSWER, type OpenPeer } from "../peer.ts";
import { openPool } from "./open-pool.ts";

export const open: OpenPeer = async (surroundings) => {
  const pool = openPool(surroundings);
  return {
    async pay({ key, amount }) {
      await surroundings.at("before the call");
      const { text } = await recordOnce({
        store: pool.db,
        account: "bench",
        key,
        procedure: "bench.record",
        input: { amount },
        answer: ANSWER,
        effects: [
          sql`insert into peer_effects (key, amount) select ${key}::uuid, ${amount}::bigint from done`,
        ],
      });
      return text;
    },
    close: () => pool.close(),
  };
};
