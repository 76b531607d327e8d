import { run as agentRun } from "./agent/run.ts";
import { pay } from "./checkout/pay.ts";
import { refund } from "./refunds/refund.ts";
import type { Operation } from "./trpc/operation.ts";

/**
 * Everything that must happen once. The edge counts arrivals of these and the completer carries them on; each reads
 * its input by the operation's own schema, which is why their different shapes may stand in one list.
 */
export const operations: readonly Operation[] = [pay, refund, agentRun];
