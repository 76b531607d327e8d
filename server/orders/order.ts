import { z } from "zod";

export const orderId = z
  .uuid({ version: "v7" })
  .or(z.uuid({ version: "v4" }))
  .transform((id) => id.toLowerCase());

export const items = z
  .array(
    z.strictObject({
      sku: z.string().regex(/^[a-z0-9-]{1,64}$/),
      quantity: z.number().int().min(1).max(99),
    }),
  )
  .min(1)
  .max(50)
  .refine(
    (lines) => new Set(lines.map((line) => line.sku)).size === lines.length,
    "Each sku may stand once",
  );

/** Money in minor units, up to what Stripe takes in EUR. */
export const cents = z.number().int().positive().max(99_999_999);

export interface Money {
  amount: number;
  currency: "EUR";
}

/** An order as everybody is shown it. A draft has today's prices, a paid one those that were charged. */
export interface Order {
  orderId: string;
  status: "draft" | "paid" | "refunded";
  items: { sku: string; name: string; quantity: number; unitAmount: number }[];
  total: Money;
  email?: string;
  intents: { idempotencyKey: string; state: string; attempts: number }[];
  charge?: {
    chargeId: string;
    amount: number;
    currency: string;
    providerReference: string;
    paidAt: string;
  };
  /** What was given back of the charge, the oldest first. */
  refunds: {
    refundId: string;
    amount: number;
    currency: string;
    providerReference: string;
    at: string;
  }[];
  ledger: {
    entryId: string;
    account: string;
    direction: "debit" | "credit";
    amount: number;
    currency: string;
    at: string;
  }[];
}
