import type { Redis } from "ioredis";
import type { SeenStore } from "./seen-with-ttl.ts";

/** `SETNX` with a TTL, in its one-command form: atomic, quick, and no help against what is wrong here. */
export function seenInRedis(redis: Redis): SeenStore {
  return {
    setIfNew: async (eventId, ttlMs) =>
      (await redis.set(`seen:${eventId}`, "1", "PX", ttlMs, "NX")) === "OK",
  };
}
