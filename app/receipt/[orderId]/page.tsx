import type { Metadata } from "next";
import { readOrder, readSession } from "../../trpc/server-reads.ts";
import { ReceiptView } from "../receipt-view.tsx";

export const metadata: Metadata = { title: "Receipt" };

/** The receipt of one order, and the page of an order whose payment is still unknown: the same address, before and after. */
export default async function ReceiptRoute({ params }: { params: Promise<{ orderId: string }> }) {
  const { orderId } = await params;
  const [{ tag }, order] = await Promise.all([readSession(), readOrder(orderId)]);
  return <ReceiptView key={orderId} orderId={orderId} account={tag} initialOrder={order} />;
}
