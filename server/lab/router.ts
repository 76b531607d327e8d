import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { canonicalKey } from "../idempotency/http/index.ts";
import { orderId } from "../orders/order.ts";
import { paymentMethod } from "../payments/provider.ts";
import type { Context } from "../trpc/context.ts";
import { withIdempotencyErrors } from "../trpc/idempotent-procedure.ts";
import { t } from "../trpc/init.ts";
import { auditOrder } from "./audit/audit-order.ts";
import { describeLanes } from "./describe-lanes.ts";
import { LANES } from "./lane.ts";
import { runLane } from "./run-lane.ts";
import { subAccount } from "./sub-account.ts";

const key = z.string().transform((text, check) => {
  const canonical = canonicalKey(text);
  if (canonical !== undefined) return canonical;
  check.addIssue("One UUID, version 4 or 7");
  return z.NEVER;
});
const cents = z.number().int().positive().max(99_999_999);
const lanePay = z.strictObject({
  lane: z.enum(LANES),
  runKey: key,
  orderId,
  paymentMethod,
  expectedTotal: z
    .strictObject({ amount: cents, currency: z.literal("EUR") })
    .transform(({ amount }) => amount)
    .or(cents),
  idempotencyKey: key.optional(),
});

/** With FAULTS off there is no lab: its procedures answer as procedures that do not exist. */
const inLab = t.procedure.use(({ ctx, next }) => {
  if (ctx.lab === undefined)
    throw new TRPCError({ code: "NOT_FOUND", message: "No such procedure." });
  return next({ ctx: { lab: ctx.lab } });
});

/** The lab: experiments on the same Postgres and bank. None of its results touch health or metrics. */
export const labRouter = t.router({
  lanes: inLab.query(() => describeLanes()),
  pay: inLab.input(lanePay).mutation(async ({ ctx, input }) => {
    const { expectedTotal: amount, idempotencyKey, ...rest } = input;
    return await withIdempotencyErrors(ctx satisfies Context, () =>
      runLane(ctx, ctx.lab, { ...rest, amount, idempotencyKey }),
    );
  }),
  audit: inLab
    .input(z.strictObject({ orderId }))
    .query(({ ctx, input }) => auditOrder(ctx, ctx.lab, input.orderId)),
  bankStatement: inLab
    .input(z.strictObject({ lane: z.enum(LANES) }))
    .query(({ ctx, input }) => ctx.lab.payments.statement(subAccount(ctx.account, input.lane))),
});
