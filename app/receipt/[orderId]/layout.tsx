import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { validate } from "uuid";

/** What is no order's id is told so here: behind the skeleton the answer would be a 200 already. */
export default async function ReceiptLayout(props: {
  children: ReactNode;
  params: Promise<{ orderId: string }>;
}) {
  if (!validate((await props.params).orderId)) notFound();
  return props.children;
}
