import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { type Book, readBooks } from "./books.ts";
import { drawPlan } from "./draw-plan.ts";
import { History, type HistoryLine } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import { type Sample, Sampler } from "./sampler.ts";
import { STORM_MS_MAX, type StormSettings } from "./settings.ts";
import { Shopper } from "./shopper.ts";
import type { StormOrder } from "./storm-order.ts";

/** An account's bucket holds 600 requests: so few orders each that no storm runs into it. */
const ORDERS_AN_ACCOUNT = 40;
/** L1 is 15 s after the last send; a few more, because the storm itself makes the machine slow. */
const SETTLE_MS = 25_000;
const CART = [{ sku: "kettle", quantity: 1 }];

/** All that a verdict needs. */
export interface Evidence {
  settings: StormSettings;
  history: HistoryLine[];
  /** By order, as the bank and the server tell it after the storm. */
  books: Book[];
  samples: Sample[];
  stopped: boolean;
  tookMs: number;
}

interface Watching {
  signal: AbortSignal;
  onSample(sample: Sample): void;
}

/**
 * Sends `orders` × `deliveries` payments through the web's front door, asks again where there was no definite answer, waits
 * until every order is final, and reads the bank's statement. @param url of the web @throws when the web cannot be reached at all
 */
export async function runStorm(
  url: string,
  settings: StormSettings,
  { signal, onSample }: Watching,
): Promise<Evidence> {
  const orders = await openShops(url, settings, signal);
  const history = new History();
  const over = AbortSignal.any([signal, AbortSignal.timeout(STORM_MS_MAX)]);
  const sampler = new Sampler({ history, orders, lane: settings.lane, onSample });
  sampler.start();
  try {
    await inParallel(settings.concurrency, deliveries(orders, settings), async ([order, n]) => {
      if (!over.aborted) await deliver(history, settings, order, n);
    });
    if (settings.lane === "idempotent") {
      await inParallel(settings.concurrency, orders, (order) =>
        settle(history, settings, order, over),
      );
    }
  } finally {
    await sampler.stop();
  }
  const books = await readBooks(orders, settings.lane);
  const tookMs = history.elapsedMs();
  const { lines } = history;
  return {
    settings,
    history: lines,
    books,
    samples: sampler.samples,
    stopped: over.aborted,
    tookMs,
  };
}

async function openShops(
  url: string,
  { orders, plan, seed }: StormSettings,
  signal: AbortSignal,
): Promise<StormOrder[]> {
  const shoppers = await Promise.all(
    Array.from({ length: Math.ceil(orders / ORDERS_AN_ACCOUNT) }, () => Shopper.arrives(url)),
  );
  const opened: StormOrder[] = [];
  const saved = z.object({ total: z.unknown() });
  await inParallel(
    10,
    Array.from({ length: orders }, (_, n) => n),
    async (n) => {
      const shopper = shoppers[Math.floor(n / ORDERS_AN_ACCOUNT)];
      if (shopper === undefined || signal.aborted) return;
      const orderId = uuidv7();
      const order = await shopper.ask("orders.save", "POST", { orderId, items: CART });
      const { total } = saved.parse(order);
      opened.push({
        n,
        shopper,
        orderId,
        key: uuidv7(),
        plan: drawPlan(plan, seed, n),
        total,
      });
    },
  );
  return opened.sort((a, b) => a.n - b.n);
}

/** Neighbours mix and an order's own deliveries meet each other, in an order that the seed alone decides. */
function deliveries(
  orders: StormOrder[],
  { deliveries: each, seed }: StormSettings,
): [StormOrder, number][] {
  return orders
    .flatMap((order) => Array.from({ length: each }, (_, n): [StormOrder, number] => [order, n]))
    .map((one) => ({ one, at: one[0].n + 4 * chance(`${seed} ${one[0].n} ${one[1]}`) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

async function deliver(
  history: History,
  { lane }: StormSettings,
  order: StormOrder,
  n: number,
): Promise<Awaited<ReturnType<Shopper["send"]>>> {
  const payment = {
    idempotencyKey: order.key,
    orderId: order.orderId,
    paymentMethod: "pm_card_visa",
    expectedTotal: order.total,
  };
  const byLane = lane === "idempotent" ? payment : { ...payment, lane, runKey: order.key };
  const procedure = lane === "idempotent" ? "checkout.pay" : "lab.pay";
  const headers: Record<string, string> = { "x-client-attempt": `${n + 1};by=app;tab=strm` };
  if (order.plan !== "") headers["x-fault-plan"] = order.plan;
  const who = { process: `${order.n}.${n}`, orderId: order.orderId, key: order.key };
  return await history.around({ ...who, request: payment }, () =>
    order.shopper.send(procedure, byLane, headers),
  );
}

/** As the page does: the same key again until the answer is definite. An order that has one is left alone. */
async function settle(
  history: History,
  settings: StormSettings,
  order: StormOrder,
  over: AbortSignal,
): Promise<void> {
  const endsAt = performance.now() + SETTLE_MS;
  let n = settings.deliveries;
  const answered = history.lines.some((line) => line.key === order.key && line.type === "ok");
  if (answered) return;
  while (!over.aborted && performance.now() < endsAt) {
    const sent = await deliver(history, settings, order, n++);
    if (sent.type !== "info" && !sent.mayRetry) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(250, sent.retryAfterMs)));
  }
}

function chance(from: string): number {
  return createHash("sha256").update(from).digest().readUInt32BE(0) / 2 ** 32;
}
