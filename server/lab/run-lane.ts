import { TRPCError } from "@trpc/server";
import { v7 as uuidv7 } from "uuid";
import { IdempotencyError } from "../idempotency/index.ts";
import { getOrder } from "../orders/get-order.ts";
import { currentDelivery, note } from "../timeline/delivery.ts";
import type { Context, LabGear } from "../trpc/context.ts";
import { LANE_BY_NAME } from "./lane-list.ts";
import type { LaneName, LaneRun, PayAnswer } from "./lane.ts";
import { recordRequest, tellRequest } from "./record-request.ts";
import { subAccount } from "./sub-account.ts";

export interface LanePay {
  lane: LaneName;
  /** One for each experiment: what the faults are drawn with, whether the lane's client has a key or not. */
  runKey: string;
  orderId: string;
  paymentMethod: string;
  /** Minor units. The lane charges what its client says: the lab compares how often, not how much. */
  amount: number;
  idempotencyKey: string | undefined;
}

/**
 * Pays in a lane: real code, the same Postgres, the same bank, a sub-account of the session's account.
 * @throws {TRPCError} NOT_FOUND, TOO_MANY_REQUESTS (the account's lab is full), BAD_GATEWAY (the bank gave no answer)
 * @throws {IdempotencyError} what the lane itself refuses
 */
export async function runLane(ctx: Context, gear: LabGear, wanted: LanePay): Promise<PayAnswer> {
  const order = await getOrder(ctx.db, ctx.account, wanted.orderId);
  if (order === undefined)
    throw new TRPCError({ code: "NOT_FOUND", message: "This account has no such order." });
  const requestId = uuidv7();
  const arrival = currentDelivery()?.arrival ?? 0;
  await recordRequest(ctx.db, { account: ctx.account, requestId, arrival, ...wanted });
  const run = runOf(ctx, gear, wanted, order.items);
  let told = "failed";
  try {
    const answer = await LANE_BY_NAME[wanted.lane].pay(run);
    told = answer.status;
    return answer;
  } catch (error) {
    if (error instanceof IdempotencyError) told = error.code;
    if (error instanceof IdempotencyError || error instanceof TRPCError) throw error;
    throw new TRPCError({
      code: "BAD_GATEWAY",
      // What such code says. It is not true: nobody knows whether money moved.
      message: "The payment failed.",
      cause: error,
    });
  } finally {
    await tellRequest(ctx.db, { account: ctx.account, requestId, told, ...wanted });
  }
}

function runOf(
  ctx: Context,
  gear: LabGear,
  { lane, runKey, orderId, paymentMethod, amount, idempotencyKey }: LanePay,
  lines: LaneRun["order"]["lines"],
): LaneRun {
  const at: LaneRun["at"] = async (point, text) => {
    const outcome = point === "after-commit" ? "done" : "none";
    if (text !== undefined) note({ point, outcome, text });
    await gear.pass({ point, account: ctx.account, key: runKey, procedure: "lab.pay", orderId });
  };
  const order = {
    account: subAccount(ctx.account, lane),
    orderId,
    amount,
    currency: "EUR",
    paymentMethod,
    lines,
  };
  return {
    db: ctx.db,
    account: ctx.account,
    lane,
    key: idempotencyKey,
    order,
    leaseMs: ctx.limits.leaseMs,
    memory: gear.memoryOf(ctx.account, lane),
    at,
    async charge(providerKey) {
      const same = providerKey === idempotencyKey;
      await at(
        "before-provider",
        `Asks the bank, ${same ? "under the same key" : "under a fresh key: to the bank, a new purchase"}`,
      );
      const charge = await gear.payments.charge(order, providerKey);
      await at("after-provider", "The bank answered");
      return charge;
    },
    replay(answer) {
      note({ point: "replayed", outcome: "done", text: "Gave the stored answer again" });
      ctx.resHeaders.set("Idempotent-Replayed", "true");
      return JSON.parse(answer) as PayAnswer;
    },
  };
}
