import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { cents, orderId } from "../orders/order.ts";
import { paymentMethod } from "../payments/provider.ts";
import { IDEMPOTENT_LANE } from "../timeline/event.ts";
import type { Context } from "../trpc/context.ts";
import { withIdempotencyErrors } from "../trpc/idempotent-procedure.ts";
import { t } from "../trpc/init.ts";
import { key } from "../trpc/key.ts";
import { auditOrder } from "./audit/audit-order.ts";
import { GATE_POINTS } from "./gates/gate-points.ts";
import { listGates } from "./gates/list-gates.ts";
import { readSchedule } from "./gates/read-schedule.ts";
import { releaseAttempt } from "./gates/release-attempt.ts";
import { replaySchedule } from "./gates/replay-schedule.ts";
import { BadSchedule, parseSchedule } from "./gates/schedule.ts";
import { scheduleTest } from "./gates/schedule-test.ts";
import { setGates } from "./gates/set-gates.ts";
import { PATTERNS } from "./demonstrations/demonstration.ts";
import { demonstrate, describePatterns } from "./demonstrations/list.ts";
import { listDeliveries, redeliver } from "./deliveries.ts";
import { describeLanes } from "./describe-lanes.ts";
import { LANES } from "./lane.ts";
import { PRESETS } from "./presets.ts";
import { resetLab } from "./reset-lab.ts";
import { runLane } from "./run-lane.ts";
import { subAccount } from "./sub-account.ts";

const gate = z.strictObject({
  runKey: key,
  lane: z.enum([IDEMPOTENT_LANE, ...LANES]),
});
const schedule = z.string().max(2_048);
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
  patterns: inLab.query(() => describePatterns()),
  demonstrate: inLab
    .input(z.strictObject({ id: z.enum(PATTERNS) }))
    .mutation(({ ctx, input }) => demonstrate(input.id, { ctx, lab: ctx.lab })),
  presets: inLab.query(() => [...PRESETS]),
  pay: inLab.input(lanePay).mutation(async ({ ctx, input }) => {
    const { expectedTotal: amount, idempotencyKey, ...rest } = input;
    return await withIdempotencyErrors(ctx satisfies Context, () =>
      runLane(ctx, ctx.lab, { ...rest, amount, idempotencyKey }),
    );
  }),
  reset: inLab.mutation(async ({ ctx }) => {
    await resetLab(ctx.lab.db, ctx.account);
    ctx.lab.forget(ctx.account);
    return { reset: true as const };
  }),
  hold: inLab
    .input(gate.extend({ points: z.array(z.enum(GATE_POINTS)).max(GATE_POINTS.length) }))
    .mutation(async ({ ctx, input: { points, ...run } }) => {
      await setGates(ctx.lab.db, { account: ctx.account, ...run }, points);
      return { ...run, points };
    }),
  release: inLab
    .input(gate.extend({ attempt: z.string().regex(/^[A-Z]$/), point: z.enum(GATE_POINTS) }))
    .mutation(async ({ ctx, input: { attempt, point, ...run } }) => {
      const release = { attempt, point };
      if (await releaseAttempt(ctx.lab.db, { account: ctx.account, ...run }, release))
        return release;
      const message = `Attempt ${attempt} is not held at ${point}.`;
      throw new TRPCError({ code: "CONFLICT", message });
    }),
  gates: inLab
    .input(z.strictObject({ runKey: key }))
    .query(({ ctx, input }) => listGates(ctx.lab.db, ctx.account, input.runKey)),
  /** The interleaving as it was, as text; `exportSchedule` makes a test of it, `replay` repeats it. */
  schedule: inLab.input(gate).query(async ({ ctx, input }) => ({
    schedule: await readSchedule(ctx.lab.db, { account: ctx.account, ...input }),
  })),
  exportSchedule: inLab
    .input(
      gate.pick({ lane: true }).extend({
        schedule,
        plan: z.string().max(2_048).default(""),
        charges: z.number().int().min(0).max(100),
      }),
    )
    .query(({ input }) => orBadRequest(() => ({ test: scheduleTest(input) }))),
  replay: inLab
    .input(gate.extend({ schedule }))
    .mutation(async ({ ctx, input: { schedule: text, ...run } }) => {
      const releases = orBadRequest(() => parseSchedule(text));
      return await replaySchedule(ctx.lab.db, { account: ctx.account, ...run }, releases);
    }),
  audit: inLab
    .input(z.strictObject({ orderId }))
    .query(({ ctx, input }) => auditOrder(ctx, ctx.lab, input.orderId)),
  deliveries: inLab.query(({ ctx }) => listDeliveries(ctx)),
  redeliver: inLab
    .input(
      z.strictObject({
        eventIds: z
          .array(z.string().regex(/^evt_\w{1,60}$/))
          .min(1)
          .max(20),
        delayMs: z.number().int().min(0).max(10_000).default(0),
      }),
    )
    .mutation(({ ctx, input }) => redeliver(ctx, input)),
  bankStatement: inLab
    .input(z.strictObject({ lane: z.enum(LANES) }))
    .query(({ ctx, input }) => ctx.lab.payments.statement(subAccount(ctx.account, input.lane))),
});

/** @throws {TRPCError} BAD_REQUEST, with the sentence for the person who wrote the schedule */
function orBadRequest<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof BadSchedule)) throw cause;
    throw new TRPCError({ code: "BAD_REQUEST", message: cause.message, cause });
  }
}
