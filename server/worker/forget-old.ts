import type { Database } from "../../db/client.ts";
import { forgetBuckets } from "../edge/forget-buckets.ts";
import { forgetInbox } from "../events/forget-inbox.ts";
import { forgetEvents } from "../timeline/forget-events.ts";

/** Rows of one statement: far below its limit of 1.5 s on a busy machine too. */
const AT_ONCE = 1_000;
/** For each table, so that a backlog keeps the worker from nothing else. */
const FOR_MS = 10_000;

/** What nothing reads any more and nothing decides by goes, in batches, until one comes back short. Any number of workers may do this. */
export async function forgetOld(db: Database): Promise<void> {
  let beyond = "0";
  await untilShort(async () => {
    const { looked, upTo } = await forgetEvents(db, AT_ONCE, beyond);
    beyond = upTo;
    return looked;
  });
  await untilShort(() => forgetBuckets(db, AT_ONCE));
  await untilShort(() => forgetInbox(db, AT_ONCE));
}

async function untilShort(batch: () => Promise<number>): Promise<void> {
  const until = performance.now() + FOR_MS;
  for (let found = AT_ONCE; found === AT_ONCE && performance.now() < until;) found = await batch();
}
