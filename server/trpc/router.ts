import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { getRun } from "../agent/get-run.ts";
import { readOutside } from "../agent/read-outside.ts";
import { run as agentRun } from "../agent/run.ts";
import { pay } from "../checkout/pay.ts";
import { labRouter } from "../lab/router.ts";
import { checkInvariants } from "../ledger/check-invariants.ts";
import { listInbox } from "../events/list-inbox.ts";
import { inspectIntent } from "../ledger/inspect-intent.ts";
import { listPostings } from "../ledger/list-postings.ts";
import { listReviews } from "../ledger/list-reviews.ts";
import { getOrder } from "../orders/get-order.ts";
import { listProducts } from "../orders/list-products.ts";
import { items, orderId } from "../orders/order.ts";
import { saveOrder } from "../orders/save-order.ts";
import { looksLikeCard, NO_CARD } from "../payments/looks-like-card.ts";
import { PAYMENT_METHODS } from "../payments/provider.ts";
import { getReceipt } from "../receipts/get-receipt.ts";
import { listMailbox } from "../receipts/list-mailbox.ts";
import { sendAgain } from "../receipts/send-again.ts";
import { getReconciliation } from "../reconciler/get-reconciliation.ts";
import { refund } from "../refunds/refund.ts";
import { accountTag, ENDED_COOKIES, publicName } from "../session/session.ts";
import { listEvents } from "../timeline/list-events.ts";
import { streamEvents } from "../timeline/stream-events.ts";
import { idempotentProcedure, withIdempotencyErrors } from "./idempotent-procedure.ts";
import { t } from "./init.ts";
import { key } from "./key.ts";
import { keyStatus } from "./key-status.ts";
import { stormRouter } from "./storm-router.ts";

const eventId = z.string().regex(/^\d{1,18}$/);
/** "" takes a saved address away; without the field it stays. */
const email = z
  .email()
  .max(254)
  .refine((text) => !looksLikeCard(text), NO_CARD)
  .or(z.literal(""))
  .optional();

/** The table of contents: a procedure is a schema and one call. */
export const router = t.router({
  catalog: t.router({
    list: t.procedure.query(async ({ ctx }) => ({
      currency: "EUR" as const,
      items: await listProducts(ctx.db),
    })),
  }),
  orders: t.router({
    save: t.procedure
      .input(z.strictObject({ orderId, items, email }))
      .mutation(async ({ ctx, input }) => {
        const known = await withIdempotencyErrors(ctx, () =>
          saveOrder(ctx.db, { account: ctx.account, ...input }),
        );
        if (!known)
          throw new TRPCError({
            code: "BAD_REQUEST",
            message: "items: a sku that this shop does not sell",
          });
        return (await getOrder(ctx.db, ctx.account, input.orderId)) ?? noSuchOrder();
      }),
    get: t.procedure
      .input(z.strictObject({ orderId }))
      .query(
        async ({ ctx, input }) =>
          (await getOrder(ctx.db, ctx.account, input.orderId)) ?? noSuchOrder(),
      ),
  }),
  checkout: t.router({
    pay: idempotentProcedure(pay),
    status: t.procedure
      .input(z.strictObject({ idempotencyKey: key }))
      .query(({ ctx, input }) =>
        keyStatus(ctx.db, pay, { account: ctx.account, key: input.idempotencyKey }),
      ),
  }),
  receipts: t.router({
    get: t.procedure
      .input(z.strictObject({ orderId }))
      .query(({ ctx, input }) => getReceipt(ctx.db, ctx.account, input.orderId)),
    /** For one that waits for a person. Not keyed: however often it is asked, one waits and one is tried. */
    sendAgain: t.procedure.input(z.strictObject({ orderId })).mutation(async ({ ctx, input }) => ({
      queued: await sendAgain(ctx.db, ctx.account, input.orderId),
    })),
  }),
  mailbox: t.router({
    list: t.procedure
      .input(z.strictObject({ orderId: orderId.optional() }).optional())
      .query(({ ctx, input }) => listMailbox(ctx.db, ctx.account, input?.orderId)),
  }),
  refunds: t.router({
    create: idempotentProcedure(refund),
    status: t.procedure
      .input(z.strictObject({ idempotencyKey: key }))
      .query(({ ctx, input }) =>
        keyStatus(ctx.db, refund, { account: ctx.account, key: input.idempotencyKey }),
      ),
  }),
  agent: t.router({
    run: idempotentProcedure(agentRun),
    get: t.procedure
      .input(z.strictObject({ idempotencyKey: key }))
      .query(({ ctx, input }) => getRun(ctx.db, ctx.account, input.idempotencyKey)),
    outside: t.procedure
      .input(z.strictObject({ orderId }))
      .query(({ ctx, input }) => readOutside(ctx, ctx.account, input.orderId)),
  }),
  audit: t.router({
    bankStatement: t.procedure
      .input(z.strictObject({ orderId: orderId.optional() }).optional())
      .query(({ ctx, input }) => ctx.payments.statement(ctx.account, input?.orderId)),
    invariants: t.procedure.query(({ ctx }) => checkInvariants(ctx.db, ctx.payments, ctx.account)),
    reconciliation: t.procedure
      .input(z.strictObject({ olderThanMs: z.number().int().min(0).max(86_400_000) }).optional())
      .query(({ ctx, input }) =>
        getReconciliation(ctx.db, ctx.payments, ctx.account, input?.olderThanMs ?? ctx.finalMs),
      ),
    postings: t.procedure.query(({ ctx }) => listPostings(ctx.db, ctx.account)),
    webhooks: t.procedure.query(({ ctx }) => listInbox(ctx.db, ctx.account)),
    // Any version: what the bank did by itself has a key that is derived from it.
    intent: t.procedure
      .input(z.strictObject({ idempotencyKey: z.uuid().toLowerCase() }))
      .query(({ ctx, input }) => inspectIntent(ctx.db, ctx.account, input.idempotencyKey)),
    reviews: t.procedure.query(({ ctx }) => listReviews(ctx.db, ctx.account)),
  }),
  timeline: t.router({
    list: t.procedure
      .input(
        z
          .strictObject({
            orderId: orderId.optional(),
            idempotencyKey: key.optional(),
            lane: z.string().max(40).optional(),
            after: eventId.optional(),
          })
          .optional(),
      )
      .query(({ ctx, input }) => listEvents(ctx.db, ctx.account, input ?? {})),
    stream: t.procedure
      .input(z.strictObject({ lastEventId: eventId.nullish() }).optional())
      .subscription(({ ctx, input, signal }) => streamEvents(ctx, input?.lastEventId, signal)),
  }),
  session: t.router({
    me: t.procedure.query(({ ctx }) => ({
      name: publicName(ctx.account),
      tag: accountTag(ctx.account),
      faults: ctx.faults !== undefined,
    })),
    /** The next answer gives this client a new account. What the old one did stays in the books. */
    leave: t.procedure.mutation(({ ctx }) => {
      for (const cookie of ENDED_COOKIES) ctx.resHeaders.append("Set-Cookie", cookie);
      return { left: true as const };
    }),
  }),
  storm: stormRouter,
  paymentMethods: t.router({ list: t.procedure.query(() => [...PAYMENT_METHODS]) }),
  lab: labRouter,
  faults: t.router({
    get: t.procedure.query(async ({ ctx }) => ({
      plan: await faults(ctx.faults).get(ctx.account),
    })),
    read: t.procedure
      .input(z.strictObject({ plan: z.string().max(4_096) }))
      .query(({ ctx, input }) => {
        try {
          return { entries: faults(ctx.faults).read(input.plan) };
        } catch (cause) {
          if (cause instanceof TRPCError) throw cause;
          const message = cause instanceof Error ? cause.message : "A bad plan";
          throw new TRPCError({ code: "BAD_REQUEST", message, cause });
        }
      }),
    set: t.procedure
      .input(z.strictObject({ plan: z.string().max(2_048) }))
      .mutation(async ({ ctx, input }) => {
        await faults(ctx.faults)
          .set(ctx.account, input.plan)
          .catch((error: unknown) => {
            throw new TRPCError({
              code: "BAD_REQUEST",
              message: error instanceof Error ? error.message : "A bad plan",
              cause: error,
            });
          });
        return input;
      }),
  }),
});

export type AppRouter = typeof router;

function noSuchOrder(): never {
  throw new TRPCError({ code: "NOT_FOUND", message: "This account has no such order." });
}

function faults<T>(controls: T | undefined): T {
  if (controls === undefined)
    throw new TRPCError({ code: "NOT_FOUND", message: "No such procedure." });
  return controls;
}
