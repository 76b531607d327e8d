import { TRPCClientError } from "@trpc/client";
import { vi } from "vitest";
import type { SendOutcome } from "../../server/idempotency/client/index.ts";
import { IntentStore } from "../checkout/intent/intent-store.ts";
import type { IntentPorts, KeyStatus, OrderNews } from "../checkout/intent/ports.ts";
import type { Declined, IntentRecord, Paid, PayInput } from "../checkout/intent/record.ts";
import { screenOf } from "../checkout/intent/view.ts";

export const orderId = "01890a5d-ac96-774b-bcce-b302099a8057";
export const account = "kite-42";
export const input: PayInput = {
  paymentMethod: "pm_card_visa",
  expectedTotal: { amount: 4800, currency: "EUR" },
};
export const paid: Paid = {
  status: "paid",
  orderId,
  chargeId: "ch_1",
  amount: 4800,
  currency: "EUR",
  providerReference: "pi_1",
  paidAt: "2026-11-25T04:00:00.000Z",
};

export type Ending = SendOutcome | { kind: "decline" } | { kind: "replay" };
export const lost: SendOutcome = { kind: "no-answer", httpStatus: null };
const answered: SendOutcome = { kind: "answered", replayed: false };
export const refused = (
  code: string | null,
  httpStatus: number,
  intentId?: string,
): SendOutcome => ({
  kind: "refused",
  code,
  httpStatus,
  sameKey: false,
  retryAfterMs: null,
  message: code ?? "",
  ...(intentId && { intentId }),
});

/** What a question is told under another session than the page's. */
export const estranged = new TRPCClientError("another account's", {
  meta: { response: new Response("", { status: 401 }) },
});

/** A browser with a server behind it, both of a few lines; `runs` are how the link's runs end, in order. */
export function browser(options: { runs?: Ending[]; online?: boolean } = {}) {
  const stored = new Map<string, IntentRecord>();
  const sent: { key: string; input: PayInput; header: string }[] = [];
  const runs = [...(options.runs ?? [])];
  const world = {
    online: options.online ?? true,
    status: { state: "never_seen" } as KeyStatus | Error,
    order: { status: "draft" } as OrderNews,
    keys: 0,
    /** Called while a request is under way. */
    inFlight: () => {},
    storedAtFirstSend: null as IntentRecord | null,
  };
  const ports: IntentPorts = {
    keeper: {
      read: () => stored.get(orderId) ?? null,
      write: (record) => {
        stored.set(orderId, record);
        return { record, kept: true };
      },
      succeed: async (record) => {
        stored.set(orderId, record);
        return { record, kept: true };
      },
      forget: () => void stored.delete(orderId),
    },
    async pay({ idempotencyKey, orderId: _order, ...rest }, watch): Promise<Paid | Declined> {
      world.storedAtFirstSend ??= stored.get(orderId) ?? null;
      sent.push({ key: idempotencyKey, input: rest, header: watch.began(1) });
      world.inFlight();
      await Promise.resolve();
      const end = runs.shift() ?? answered;
      if (end.kind === "decline") {
        watch.ended(answered);
        return { status: "declined", orderId, declineCode: "expired_card" };
      }
      watch.ended(end.kind === "replay" ? { kind: "answered", replayed: true } : end);
      if (end.kind === "answered" || end.kind === "replay") return paid;
      throw new Error("no answer");
    },
    status: async () => {
      if (world.status instanceof Error) throw world.status;
      return world.status;
    },
    order: async () => world.order,
    faultPlan: () => "",
    mintKey: () => `key-${++world.keys}`,
    tabName: () => "k7qd",
    now: () => Date.now(),
    isOnline: () => world.online,
    isVisible: () => true,
    tellOthers: () => {},
  };
  const open = () => new IntentStore(orderId, ports);
  return { world, sent, stored, open };
}

export const press = (store: IntentStore) =>
  store.press({ account, input, whenSaved: () => Promise.resolve() });
export const screen = (store: IntentStore) => screenOf(store.view(), false);

/** Lets a page that was opened again do what it does by itself. */
export async function reopen(open: () => IntentStore): Promise<IntentStore> {
  const store = open();
  store.attach(account);
  await vi.advanceTimersByTimeAsync(0);
  return store;
}
