import { createRequire } from "node:module";
import type { OpenPeer } from "../peer.ts";
import { openExpress } from "./open-express.ts";

// It has no types of its own.
const { default: RedisAdapter } = createRequire(import.meta.url)(
  "express-idempotency-redis-adapter",
);

export const open: OpenPeer = async (surroundings) => {
  const dataAdapter = new RedisAdapter({
    connectionConfig: { url: surroundings.redisUrl },
    ttl: Math.ceil(surroundings.leaseMs / 1_000),
  });
  await dataAdapter.connect();
  const peer = await openExpress(surroundings, { dataAdapter });
  return {
    pay: peer.pay,
    async close() {
      await peer.close();
      await dataAdapter.disconnect();
    },
  };
};
