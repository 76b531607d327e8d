import type { RecordKeeper, SendWatch } from "../../../server/idempotency/client/index.ts";
import type { Declined, Paid, PayInput } from "./record.ts";

/** What `checkout.status` says of a key. */
export type KeyStatus = {
  state: "never_seen" | "in_progress" | "unknown" | "released" | "completed" | "voided" | "expired";
  result?: Paid | Declined | undefined;
};

/** The part of `orders.get` that an intent needs: whether it is paid. */
export type OrderNews = {
  status: "draft" | "paid" | "refunded";
  charge?: Omit<Paid, "status" | "orderId"> | undefined;
};

/** Everything the intent's life needs from outside; tests hand in their own. */
export interface IntentPorts {
  keeper: RecordKeeper<PayInput, Paid | Declined>;
  /** `checkout.pay` through the retry link: resolves with the answer, rejects when no more sends are made. */
  pay(
    input: PayInput & { idempotencyKey: string; orderId: string },
    watch: SendWatch,
    faultPlan: string,
  ): Promise<Paid | Declined>;
  status(idempotencyKey: string): Promise<KeyStatus>;
  order(orderId: string): Promise<OrderNews>;
  /** The plan armed for this order's payment; "" when none. */
  faultPlan(orderId: string): string;
  mintKey(): string;
  tabName(): string;
  now(): number;
  isOnline(): boolean;
  isVisible(): boolean;
  /** Tells the other tabs that this order's record has changed. */
  tellOthers(orderId: string): void;
}
