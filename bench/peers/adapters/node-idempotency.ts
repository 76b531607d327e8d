import { Idempotency } from "@node-idempotency/core";
import { RedisStorageAdapter } from "@node-idempotency/storage-adapter-redis";
import { ANSWER, type OpenPeer } from "../peer.ts";
import { openEffects } from "./open-effects.ts";

export const open: OpenPeer = async (surroundings) => {
  const storage = new RedisStorageAdapter({ url: String(surroundings.redisUrl) });
  await storage.connect();
  const idempotency = new Idempotency(storage, {
    cacheTTLMS: surroundings.leaseMs,
    inProgressStrategy: { wait: true, pollingIntervalMs: 100, maxWaitMs: surroundings.leaseMs },
  });
  const effects = openEffects(surroundings);
  return {
    async pay({ key, amount }) {
      const request = {
        headers: { "idempotency-key": key },
        path: "/pay",
        method: "POST",
        body: { amount },
      };
      const known = await idempotency.onRequest<string, string>(request);
      if (known?.body !== undefined) return known.body;
      if (known?.error !== undefined) throw new Error(`recorded: ${known.error}`);
      let answer: string;
      try {
        await effects.insert({ key, amount });
        answer = JSON.stringify(ANSWER);
      } catch (error) {
        // As its decorator and its plug-ins do.
        await idempotency.onResponse(request, { error: String(error) });
        throw error;
      }
      await idempotency.onResponse(request, { body: answer });
      return answer;
    },
    async close() {
      await Promise.all([storage.disconnect(), effects.close()]);
    },
  };
};
