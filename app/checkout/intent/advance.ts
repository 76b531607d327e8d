import type { IntentEvent as EventOf } from "../../../server/idempotency/client/index.ts";
import { type Declined, life, type Paid, type PayInput } from "./record.ts";

/** What can happen to a checkout intent. */
export type IntentEvent = EventOf<PayInput, Paid | Declined>;

/** The life of one intent, by the package's rules: see `intentLife`. */
export const { advance } = life;
