import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { validate } from "uuid";
import { readMethods, readOrder, readSession } from "../../trpc/server-reads.ts";
import { Checkout } from "../checkout.tsx";

export const metadata: Metadata = { title: "Checkout" };

/** The order's id is in the address and nowhere else: state hangs on it, so Back shows the order it goes back to. */
export default async function CheckoutRoute({ params }: { params: Promise<{ orderId: string }> }) {
  const { orderId } = await params;
  if (!validate(orderId)) notFound();
  const [session, methods, order] = await Promise.all([
    readSession(),
    readMethods(),
    readOrder(orderId),
  ]);
  return (
    <Checkout
      key={orderId}
      orderId={orderId}
      account={session.tag}
      faults={session.faults}
      methods={methods}
      initialOrder={order}
    />
  );
}
