import type { Money } from "../checkout/intent/record.ts";

/**
 * The client of most shops: one `fetch()` a press, no key, no guard, no retry. Written out, because the point is that
 * nothing in it could send a payment twice.
 * @returns how it ended for the page; undefined: no answer came
 */
export async function payNaively(payment: {
  orderId: string;
  expectedTotal: Money;
  paymentMethod: string;
  /** Names the experiment for the faults and the timeline; the lane's own code does not get it. */
  runKey: string;
  faultPlan: string;
  /** For the timeline: who caused this send. */
  clientAttempt: string;
}): Promise<"paid" | "declined" | undefined> {
  const { faultPlan, clientAttempt, ...input } = payment;
  try {
    const response = await fetch("/api/trpc/lab.pay", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-fault-plan": faultPlan,
        "x-client-attempt": clientAttempt,
      },
      body: JSON.stringify({ lane: "naive", ...input }),
    });
    const body: unknown = await response.json();
    if (!response.ok) return undefined;
    return JSON.stringify(body).includes('"status":"paid"') ? "paid" : "declined";
  } catch {
    return undefined;
  }
}
