import { tabName } from "../../checkout/intent/tab-name.ts";
import { pageTag } from "../../trpc/client.ts";
import type { Run } from "./use-run.ts";

/**
 * One more request at once, in every lane that runs. The shop's own client would wait for its first answer; a second
 * process of the same buyer would not, and the key has to hold against that.
 */
export function sendMore(run: Run, lanes: readonly string[], plan: string): void {
  if (lanes.some((lane) => lane !== "idempotent")) run.pressLane();
  if (!lanes.includes("idempotent") || !run.total) return;
  const { orderId, runKey } = run.bench;
  void fetch("/api/trpc/checkout.pay", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "idempotency-key": runKey,
      "x-client-attempt": `${900 + Math.floor(performance.now() % 100_000)};by=app;tab=${tabName()}`,
      ...(pageTag !== undefined && { "x-account-tag": pageTag }),
      ...(plan !== "" && { "x-fault-plan": plan }),
    },
    body: JSON.stringify({
      idempotencyKey: runKey,
      orderId,
      paymentMethod: run.method,
      expectedTotal: run.total,
    }),
  }).catch(() => undefined);
}
