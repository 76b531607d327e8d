import type { Database } from "../../db/client.ts";
import type { LifecyclePoint } from "../idempotency/index.ts";
import type { ChargeRequest, ChargeResult } from "../payments/provider.ts";

export const LANES = [
  "naive",
  "check-then-insert",
  "memory-map",
  "key-per-send",
  "release-on-error",
  "lock-without-lease",
  "answer-before-commit",
  "ttl-too-short",
  "hash-without-amount",
  "no-fence",
] as const;
export type LaneName = (typeof LANES)[number];

/** What goes red when a lane is beaten: the ids of CONTRACT 1. */
export type Red = "S1" | "S5" | "S8" | "S10" | "S11" | "L1";

/** As `checkout.pay` answers. Amounts in minor units, times ISO 8601. */
export type PayAnswer =
  | {
      status: "paid";
      orderId: string;
      chargeId: string;
      amount: number;
      currency: "EUR";
      providerReference: string;
      paidAt: string;
    }
  | { status: "declined"; orderId: string; declineCode: string };

/** One attempt in a lane: what it may use, and nothing else. */
export interface LaneRun {
  /** Meets `database-drop-*` at the commit, as production's does. */
  db: Database;
  /** Whose rows it writes. The bank knows the lane as another account, that of `order`. */
  account: string;
  lane: LaneName;
  /** The key that this lane's client sent, if it has one. */
  key: string | undefined;
  order: ChargeRequest;
  leaseMs: number;
  /** What this process remembers for this account. A crash of the process empties it. */
  memory: Map<string, unknown>;
  /** Passes a point of a payment's life: here faults strike, gates hold and the timeline is written. */
  at(point: LifecyclePoint, text?: string): Promise<void>;
  /** Asks the bank. Passes `before-provider` and `after-provider`. Throws what the provider throws. */
  charge(providerKey: string): Promise<ChargeResult>;
  /** The stored answer goes out instead of a new one. */
  replay(answer: string): PayAnswer;
}

/** The bank tells that a lane's charge was taken. At least once, in any order. */
export interface LaneEvent {
  account: string;
  lane: LaneName;
  id: string;
  orderId: string;
}

/** One way to pay that is wrong in one place. */
export interface Lane {
  lane: LaneName;
  title: string;
  /** One sentence, for the card. */
  mistake: string;
  /** Where the key of each request comes from: nowhere, kept by the client over retries, or new for each send. */
  clientKey: "none" | "kept" | "per-send";
  /** The plan under which it is seen, and the preset that carries it. */
  killedBy: { preset?: string; plan: string };
  red: Red;
  pay(run: LaneRun): Promise<PayAnswer>;
  /** What it makes of an event of the bank; left out where that is right. True: it wrote a receipt. */
  receive?(db: Database, event: LaneEvent): Promise<boolean>;
}
