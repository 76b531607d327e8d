import { TRPCClientError } from "@trpc/client";
import { api } from "../../trpc/client.ts";
import { formatMoney } from "../../ui/money.ts";

type Total = { amount: number; currency: "EUR" };

/** One euro more than was asked for before. */
export function otherThan(total: Total): Total {
  return { ...total, amount: total.amount + 100 };
}

/** The shop's own payment once more, same key, with another total. Gives the sentence that says what came of it. */
export async function sendOtherAmount(
  { orderId, runKey }: { orderId: string; runKey: string },
  paymentMethod: string,
  total: Total,
): Promise<string> {
  const other = otherThan(total);
  const [first, now] = [total, other].map(({ amount, currency }) => formatMoney(amount, currency));
  const asked = `the first request said ${first}, this one ${now}`;
  try {
    const payment = { idempotencyKey: runKey, orderId, paymentMethod, expectedTotal: other };
    await api.checkout.pay.mutate(payment);
    return `Answered as before: ${asked}. Nothing more was charged.`;
  } catch (error) {
    const code = error instanceof TRPCClientError ? error.data?.idempotency?.code : undefined;
    return code === "KEY_REUSED"
      ? `${code}: ${asked}. It did not charge you.`
      : `${code ?? "No answer"}: ${asked}. What it did is not known here; the bank's journal says it.`;
  }
}
