import { NotTaken, type Step } from "../idempotency/index.ts";
import { bookCharge } from "../ledger/book-charge.ts";
import type { ChargeRequest, ChargeResult, PaymentProvider } from "../payments/provider.ts";
import { queueReceipt } from "../receipts/queue-receipt.ts";
import { decide, type Plan, type Purchase } from "./decide.ts";
import type { Planner, PlanRequest } from "./planner.ts";
import type { AgentTools, BookingRequest, MailRequest, ReserveRequest } from "./ports.ts";
import { savePlannedOrder } from "./save-planned-order.ts";

/** In the order in which a run takes them; `release` takes the place of the last two when the bank declines. */
export const STEPS = ["plan", "reserve", "charge", "mail", "courier"] as const;

interface Of {
  account: string;
  orderId: string;
}

/** What a statement and a commit may take on top of a model's own time. */
const LEASE_BEYOND_MODEL_MS = 3_000;

/** Recorded with the draft order that it means. A planner that answers otherwise later is not asked any more. */
export function plan(
  planner: Planner,
  asked: PlanRequest,
  orderId: string,
): Step<PlanRequest, Plan> {
  return {
    request: () => asked,
    async send(request) {
      try {
        return decide(planner.name, request, await planner.plan(request));
      } catch (error) {
        // Asking for advice takes nothing, whatever became of the answer.
        throw new NotTaken(`The planner ${planner.name} gave no plan`, { cause: error });
      }
    },
    record: (decided) => (decided.decision === "buy" ? [savePlannedOrder(orderId, decided)] : []),
    ...(planner.timeoutMs !== undefined && { leaseMs: planner.timeoutMs + LEASE_BEYOND_MODEL_MS }),
  };
}

export function reserve(agent: AgentTools, goods: ReserveRequest) {
  return asking(agent.reserve, goods);
}

/** Puts the goods back. A step like any other: it is not forgotten by a death, and not done twice. */
export function release(agent: AgentTools, goods: ReserveRequest) {
  return asking(agent.release, goods);
}

export type Charged =
  | (ChargeResult & { status: "captured" } & { chargeId: string })
  | (ChargeResult & { status: "declined" });

/** As in `checkout.pay`: the bank's answer, the charge, its posting, the order's new state and its receipt's job share one commit. */
export function charge(
  payments: PaymentProvider,
  of: Of,
  { total, paymentMethod, lines }: Purchase,
  makeId: () => string,
): Step<ChargeRequest, Charged> {
  const named = (result: ChargeResult): Charged =>
    result.status === "captured" ? { ...result, chargeId: makeId() } : result;
  return {
    request: () => ({ ...of, amount: total, currency: "EUR", paymentMethod, lines }),
    send: async (request, key) => named(await payments.charge(request, key)),
    async lookUp(request, key) {
      const found = await payments.findCharge(request, key);
      return found && named(found);
    },
    record(result) {
      if (result.status === "declined") return [];
      const { chargeId, amount, currency, providerReference, capturedAt: paidAt } = result;
      const { orderId } = of;
      const booked = {
        chargeId,
        postingId: makeId(),
        orderId,
        amount,
        currency,
        providerReference,
        paidAt,
        lines,
      };
      return [...bookCharge(booked), queueReceipt(orderId)];
    },
  };
}

export function mail(agent: AgentTools, of: Of, { email, lines, total }: Purchase) {
  const bought = lines.map(({ quantity, name }) => `${quantity} × ${name}`).join(", ");
  return asking<MailRequest, { status: "accepted" }>(agent.mail, {
    ...of,
    to: email ?? "buyer@example.com",
    subject: `Your order ${of.orderId.slice(0, 8)}`,
    text: `Thank you. You bought ${bought} for €${(total / 100).toFixed(2)}. The courier is on its way.`,
  });
}

export function book(agent: AgentTools, booking: BookingRequest) {
  return asking(agent.courier, booking);
}

function asking<Request, Result>(
  desk: {
    ask(request: Request, key: string): Promise<Result>;
    find(request: Request, key: string): Promise<Result | undefined>;
  },
  wanted: Request,
): Step<Request, Result> {
  return {
    request: () => wanted,
    send: (request, key) => desk.ask(request, key),
    lookUp: (request, key) => desk.find(request, key),
    record: () => [],
  };
}
