import { initTRPC } from "@trpc/server";
import { z } from "zod";
const t = initTRPC.create();
const money = z.object({ amount: z.number(), currency: z.string() });
const byOrder = z.object({ orderId: z.string() });
type Order = {
  orderId: string;
  status: "draft" | "paid" | "refunded";
  items: { sku: string; name: string; quantity: number; unitAmount: number }[];
  total: { amount: number; currency: string };
  email?: string;
  intents: { idempotencyKey: string; state: string; attempts: number }[];
  charge?: {
    chargeId: string;
    amount: number;
    currency: string;
    providerReference: string;
    paidAt: string;
  };
  ledger: {
    entryId: string;
    account: string;
    direction: "debit" | "credit";
    amount: number;
    currency: string;
    at: string;
  }[];
};
type Paid = {
  status: "paid";
  orderId: string;
  chargeId: string;
  amount: number;
  currency: string;
  providerReference: string;
  paidAt: string;
};
type Declined = { status: "declined"; orderId: string; declineCode: string };
const router = t.router({
  catalog: t.router({
    list: t.procedure.query(
      () =>
        ({}) as { currency: string; items: { sku: string; name: string; unitAmount: number }[] },
    ),
  }),
  orders: t.router({
    save: t.procedure
      .input(
        z.object({
          orderId: z.string(),
          items: z.array(z.object({ sku: z.string(), quantity: z.number() })),
          email: z.string().optional(),
        }),
      )
      .mutation(() => ({}) as Order),
    get: t.procedure.input(byOrder).query(() => ({}) as Order),
  }),
  checkout: t.router({
    pay: t.procedure
      .input(
        z.object({
          idempotencyKey: z.string(),
          orderId: z.string(),
          paymentMethod: z.string(),
          expectedTotal: money,
        }),
      )
      .mutation(() => ({}) as Paid | Declined),
    status: t.procedure.input(z.object({ idempotencyKey: z.string() })).query(
      () =>
        ({}) as {
          state:
            | "never_seen"
            | "in_progress"
            | "unknown"
            | "released"
            | "completed"
            | "voided"
            | "expired";
          result?: Paid | Declined;
        },
    ),
  }),
  audit: t.router({
    bankStatement: t.procedure.input(byOrder.partial()).query(
      () =>
        [] as {
          chargeId: string;
          orderId: string;
          amount: number;
          currency: string;
          status: string;
          at: string;
        }[],
    ),
    invariants: t.procedure.query(
      () =>
        [] as {
          id: string;
          name: string;
          holds: boolean;
          rowsChecked: number;
          witness: unknown[];
        }[],
    ),
  }),
  timeline: t.router({
    list: t.procedure
      .input(
        z.object({
          orderId: z.string().optional(),
          idempotencyKey: z.string().optional(),
          after: z.string().optional(),
        }),
      )
      .query(
        () =>
          [] as {
            id: string;
            at: string;
            orderId: string;
            idempotencyKey: string;
            arrival: number;
            fence: number | null;
            clientAttempt: string | null;
            sentBy: "you" | "app" | "browser" | "fault" | "completer" | "client";
            point: string;
            outcome: "done" | "refused" | "unknown" | "none";
            text: string;
            detail: unknown;
          }[],
      ),
  }),
  session: t.router({ me: t.procedure.query(() => ({}) as { name: string; faults: boolean }) }),
  paymentMethods: t.router({
    list: t.procedure.query(() => [] as { token: string; brand: string; sentence: string }[]),
  }),
  faults: t.router({
    get: t.procedure.query(() => ({}) as { plan: string }),
    set: t.procedure.input(z.object({ plan: z.string() })).mutation(() => ({}) as { plan: string }),
  }),
});
export type AppRouter = typeof router;
