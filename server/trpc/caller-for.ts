import type { Services } from "../wiring.ts";
import { router } from "./router.ts";

/** Calls procedures in process, for pages that the server renders. The account is the caller's to prove. */
export function callerFor(
  { pool: _pool, aside, sessionSecrets: _secrets, timings, ...runtime }: Services,
  account: string,
) {
  return router.createCaller({
    ...runtime,
    db: aside.db,
    account,
    keyHeader: null,
    resHeaders: new Headers(),
    httpMs: timings.httpMs,
  });
}
