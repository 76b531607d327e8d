import type { ChargeResult, RefundResult } from "./provider.ts";

/** What the bank says of a charge or a refund, whatever its event is called and whenever it arrives. */
export type BankFact =
  | { of: "charge"; reference: string; object: string; result: ChargeResult }
  | {
      of: "refund";
      /** Undefined: nobody here asked for it; it was made at the bank. */
      reference: string | undefined;
      object: string;
      charge: string;
      amount: number;
      currency: string;
      result: RefundResult;
    };

/**
 * A refund that the bank had taken and that never reached the card, days later perhaps, or was cancelled: the money is back
 * in the balance. Nothing is carried on by it.
 */
export interface FailedRefund {
  of: "failed refund";
  object: string;
}

/** A webhook's event whose signature was found good. */
export interface BankEvent {
  id: string;
  type: string;
  createdAt: Date;
  /** As the charge was labelled when it was asked for; undefined: not by this shop. */
  account: string | undefined;
  orderId: string | undefined;
  /** Undefined: nothing that this shop acts on. */
  fact: BankFact | FailedRefund | undefined;
}
