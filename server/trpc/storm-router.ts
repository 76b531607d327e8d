import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { stormSettings } from "../storm/settings.ts";
import { getStorm, queueStorm, stopStorm } from "../storm/store.ts";
import { t } from "./init.ts";

/** Only with FAULTS: anywhere else a storm would be an attack. */
const withFaults = t.procedure.use(({ ctx, next }) => {
  if (ctx.faults === undefined)
    throw new TRPCError({ code: "NOT_FOUND", message: "No such procedure." });
  return next();
});
const stormId = z.uuid();

export const stormRouter = t.router({
  start: withFaults.input(stormSettings).mutation(async ({ ctx, input }) => {
    const queued = await queueStorm(ctx.db, {
      account: ctx.account,
      settings: input,
      target: ctx.selfUrl,
    });
    if (queued === undefined)
      throw new TRPCError({
        code: "CONFLICT",
        message: "A storm of this account is still running. Stop it, or wait for its verdict.",
      });
    return { stormId: queued };
  }),
  stop: withFaults.input(z.strictObject({ stormId })).mutation(async ({ ctx, input }) => {
    await stopStorm(ctx.db, ctx.account, input.stormId);
    return input;
  }),
  get: withFaults
    .input(z.strictObject({ stormId: stormId.optional() }).optional())
    .query(async ({ ctx, input }) => (await getStorm(ctx.db, ctx.account, input?.stormId)) ?? null),
});
