import { recordOnce, type RecordOnce } from "../../../server/idempotency/index.ts";
import { ANSWER, type Call, type OpenPeer, type Surroundings } from "../peer.ts";
import { openPool } from "./open-pool.ts";

/** `recordOnce` as a peer, whose effects are written in one way or the other. */
export const openRecorder =
  (effectsOf: (call: Call, at: Surroundings["at"]) => RecordOnce<unknown>["effects"]): OpenPeer =>
  async (surroundings) => {
    const pool = openPool(surroundings);
    return {
      async pay(call) {
        await surroundings.at("before the call");
        const { text } = await recordOnce({
          store: pool.db,
          account: "bench",
          key: call.key,
          procedure: "bench.record",
          input: { amount: call.amount },
          answer: ANSWER,
          effects: effectsOf(call, surroundings.at),
        });
        return text;
      },
      close: () => pool.close(),
    };
  };
