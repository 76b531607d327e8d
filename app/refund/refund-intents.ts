import {
  browserKeeper,
  createIntent,
  type Intent,
  type SendWatch,
} from "../../server/idempotency/client/index.ts";
import { tabName } from "../checkout/intent/tab-name.ts";
import { api } from "../trpc/client.ts";
import { life, recordName, type RefundAnswer, type RefundInput } from "./record.ts";

export type RefundIntent = Intent<RefundInput, RefundAnswer>;

const keeper = browserKeeper(life, recordName);
const intents = new Map<string, RefundIntent>();

/** The one intent of a charge's refund in this page, outside of components. Browser only. */
export function refundIntentOf(chargeId: string, account: string): RefundIntent {
  const name = `${account} ${chargeId}`;
  const known = intents.get(name);
  if (known) return known;
  const intent = createIntent<RefundInput, RefundAnswer>({
    // The charge is what is decided upon: it has at most one refund of this browser that is live.
    orderId: chargeId,
    account,
    life,
    keeper,
    send: (input, watch) => api.refunds.create.mutate(input, { context: { watch: signed(watch) } }),
    status: (idempotencyKey) => api.refunds.status.query({ idempotencyKey }),
  });
  intents.set(name, intent);
  return intent;
}

/** Says who sends, for the timeline: the first send of a run is the press, the others are our code's. */
function signed(watch: SendWatch): SendWatch {
  return {
    ...watch,
    began: (send) => `${watch.began(send)};by=${send === 1 ? "you" : "app"};tab=${tabName()}`,
  };
}
