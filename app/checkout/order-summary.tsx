"use client";

import { useState } from "react";
import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";

const quantityMax = 9;

/**
 * What is bought. The total is the server's; the page adds nothing up. On a phone the list is folded away and the
 * total stays in sight at the upper edge.
 */
export function OrderSummary(props: {
  order: Order;
  /** True while a send may have taken effect: what was sent must not change under it. */
  locked: boolean;
  lockNote: string;
  saving: boolean;
  onItems: (items: { sku: string; quantity: number }[]) => void;
}) {
  const { order, locked, saving } = props;
  const [open, setOpen] = useState(false);

  function setQuantity(sku: string, quantity: number) {
    if (locked || quantity < 1 || quantity > quantityMax) return;
    props.onItems(
      order.items.map((item) => ({
        sku: item.sku,
        quantity: item.sku === sku ? quantity : item.quantity,
      })),
    );
  }

  const pieces = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <section
      id="order"
      data-panel
      data-sticky-summary
      aria-labelledby="order-title"
      className="flex min-w-0 flex-wrap items-center justify-between gap-x-3 rounded-panel border border-line bg-panel px-4 py-1 max-[939px]:sticky max-[939px]:top-2 max-[939px]:z-10 max-[939px]:order-first min-[940px]:py-4"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-3 min-[940px]:mb-3 min-[940px]:w-full min-[940px]:items-baseline">
        <h2 id="order-title" className="text-body font-semibold max-[939px]:sr-only">
          Your order
        </h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls="order-items"
          onClick={() => setOpen(!open)}
          className="-ml-2 min-h-11 rounded-lg px-2 font-semibold min-[940px]:hidden"
        >
          <span aria-hidden="true" className={`mr-1.5 inline-block ${open ? "rotate-90" : ""}`}>
            ›
          </span>
          Your order, {pieces} {pieces === 1 ? "piece" : "pieces"}
        </button>
        {locked && <span className="text-small text-muted">{props.lockNote}</span>}
      </div>
      <ul
        id="order-items"
        className={`w-full max-[939px]:order-last max-[939px]:mb-2 ${open ? "" : "max-[939px]:hidden"}`}
      >
        {order.items.map((item) => (
          <li key={item.sku} className="flex min-h-11 items-center gap-3">
            <span className="min-w-0 flex-1">{item.name}</span>
            {locked ? (
              <span className="text-muted">× {item.quantity}</span>
            ) : (
              <Stepper
                name={item.name}
                quantity={item.quantity}
                onChange={(quantity) => setQuantity(item.sku, quantity)}
              />
            )}
            <span className="w-20 text-right">
              {formatMoney(item.unitAmount * item.quantity, order.total.currency)}
            </span>
          </li>
        ))}
      </ul>
      <p className="flex justify-between gap-2 border-line font-semibold min-[940px]:mt-3 min-[940px]:w-full min-[940px]:border-t min-[940px]:pt-3">
        <span className="max-[939px]:font-normal max-[939px]:text-muted">Total</span>
        <span data-total className={saving ? "opacity-50" : ""} aria-live="polite">
          {formatMoney(order.total.amount, order.total.currency)}
        </span>
      </p>
    </section>
  );
}

function Stepper(props: { name: string; quantity: number; onChange: (quantity: number) => void }) {
  const { name, quantity, onChange } = props;
  const look =
    "size-11 rounded-lg border border-control text-lead hover:border-accent aria-disabled:opacity-40";
  return (
    <span className="flex items-center gap-1" role="group" aria-label={`Quantity of ${name}`}>
      <button
        type="button"
        className={look}
        aria-label={`One ${name} less`}
        aria-disabled={quantity <= 1 || undefined}
        onClick={() => onChange(quantity - 1)}
      >
        −
      </button>
      <span className="w-7 text-center" aria-live="polite">
        {quantity}
      </span>
      <button
        type="button"
        className={look}
        aria-label={`One ${name} more`}
        aria-disabled={quantity >= quantityMax || undefined}
        onClick={() => onChange(quantity + 1)}
      >
        +
      </button>
    </span>
  );
}
