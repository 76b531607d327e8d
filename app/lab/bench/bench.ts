import { makeKey } from "../../../server/idempotency/client/index.ts";
import { intentOf } from "../../checkout/intent/browser-intents.ts";
import { recordName } from "../../checkout/intent/record.ts";
import { writeDraft } from "../../checkout/order/draft.ts";
import { saveOrder } from "../../checkout/order/save-order.ts";

/** One order on the bench: paid in every lane, with one run key, so that all lanes meet the same decisions. */
export interface Bench {
  v: 1;
  account: string;
  orderId: string;
  runKey: string;
}

const GOODS = [{ sku: "kettle", quantity: 1 }];
const nameOf = (scenario: string) => `payonce.lab.${scenario || "free"}`;

/** The bench that a reload or a second tab finds, or null. */
export function readBench(scenario: string, account: string): Bench | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(nameOf(scenario)) ?? "null");
    return isBench(value) && value.account === account ? value : null;
  } catch {
    return null;
  }
}

/** A new order with a new run key, saved at the server. */
export function newBench(
  scenario: string,
  account: string,
): { bench: Bench; saved: Promise<unknown> } {
  const bench: Bench = { v: 1, account, orderId: makeKey(), runKey: makeKey() };
  writeDraft(bench.orderId, { v: 1, account, items: GOODS, faultPlan: "" });
  try {
    localStorage.setItem(nameOf(scenario), JSON.stringify(bench));
  } catch {
    // A private window: then a reload starts a new order.
  }
  // Without an answer the checkout saves the draft itself, as often as it takes.
  const saved = saveOrder(bench.orderId, GOODS).catch(() => undefined);
  return { bench, saved };
}

/** Calls back when another tab puts another order on this bench. */
export function watchBench(scenario: string, account: string, onNew: (bench: Bench) => void) {
  const hear = ({ key }: StorageEvent) => {
    const bench = key === nameOf(scenario) ? readBench(scenario, account) : null;
    if (bench) onNew(bench);
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}

/** The shop's own client for this order, paying under the run key; after a decline, under new ones. */
export function shopIntent(bench: Bench, plan: () => string) {
  return intentOf(bench.orderId, {
    faultPlan: plan,
    mintKey: () => (isUsed(bench) ? makeKey() : bench.runKey),
  });
}

function isUsed({ orderId, runKey }: Bench): boolean {
  try {
    return (localStorage.getItem(recordName(orderId)) ?? "").includes(runKey);
  } catch {
    return true;
  }
}

function isBench(value: unknown): value is Bench {
  return (
    typeof value === "object" &&
    value !== null &&
    "v" in value &&
    value.v === 1 &&
    "account" in value &&
    "orderId" in value &&
    typeof value.orderId === "string" &&
    "runKey" in value &&
    typeof value.runKey === "string"
  );
}
