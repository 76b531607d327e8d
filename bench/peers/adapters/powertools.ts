import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
// oxlint-disable-next-line no-restricted-imports -- not ours
import { CachePersistenceLayer } from "@aws-lambda-powertools/idempotency/cache";
import { createClient } from "@redis/client";
import type { Context } from "aws-lambda";
import { ANSWER, type Call, type OpenPeer } from "../peer.ts";
import { openEffects } from "./open-effects.ts";

export const open: OpenPeer = async (surroundings) => {
  const client = await createClient({ url: String(surroundings.redisUrl) }).connect();
  const effects = openEffects(surroundings);
  const persistenceStore = new CachePersistenceLayer({ client });
  const config = new IdempotencyConfig({ eventKeyJmesPath: "key", throwOnNoIdempotencyKey: true });
  const handler = makeIdempotent(
    async (call: Call, _context: Context) => {
      await effects.insert(call);
      return JSON.stringify(ANSWER);
    },
    { persistenceStore, config },
  );
  // What Lambda gives: an attempt that has used it up is ended, and its record may be taken over.
  const context = { getRemainingTimeInMillis: () => surroundings.leaseMs } as Context;
  return {
    pay: (call) => handler(call, context),
    async close() {
      await Promise.all([client.close(), effects.close()]);
    },
  };
};
