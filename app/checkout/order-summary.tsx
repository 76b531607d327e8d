"use client";

import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";

const quantityMax = 9;

/** What is bought. The total is the server's; the page adds nothing up. */
export function OrderSummary(props: {
  order: Order;
  /** True while a send may have taken effect: what was sent must not change under it. */
  locked: boolean;
  lockNote: string;
  saving: boolean;
  onItems: (items: { sku: string; quantity: number }[]) => void;
}) {
  const { order, locked, saving } = props;

  function setQuantity(sku: string, quantity: number) {
    if (locked || quantity < 1 || quantity > quantityMax) return;
    props.onItems(
      order.items.map((item) => ({
        sku: item.sku,
        quantity: item.sku === sku ? quantity : item.quantity,
      })),
    );
  }

  return (
    <Panel
      id="order"
      title="Your order"
      aside={locked && <span className="text-small text-muted">{props.lockNote}</span>}
    >
      <ul>
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
      <p className="mt-3 flex justify-between border-t border-line pt-3 font-semibold">
        <span>Total</span>
        <span className={saving ? "opacity-50" : ""} aria-live="polite">
          {formatMoney(order.total.amount, order.total.currency)}
        </span>
      </p>
    </Panel>
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
