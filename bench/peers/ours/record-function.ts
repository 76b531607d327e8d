import { recordOnce } from "../../../server/idempotency/index.ts";
import { ANSWER, type OpenPeer } from "../peer.ts";
import { openPool, peerEffects } from "./open-pool.ts";

export const open: OpenPeer = async (surroundings) => {
  const pool = openPool(surroundings);
  return {
    async pay({ key, amount }) {
      const { text } = await recordOnce({
        store: pool.db,
        account: "bench",
        key,
        procedure: "bench.record",
        input: { amount },
        answer: ANSWER,
        effects: async (tx) => {
          await surroundings.at("before the insert");
          await tx.insert(peerEffects).values({ key, amount });
          await surroundings.at("after the insert");
        },
      });
      return text;
    },
    close: () => pool.close(),
  };
};
