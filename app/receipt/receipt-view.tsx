"use client";

import { useQuery } from "@tanstack/react-query";
import { EmptyOrder } from "../checkout/empty-order.tsx";
import { useOrder } from "../checkout/order/use-order.ts";
import { LiveQueries } from "../frame/live-queries.tsx";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { pollEveryMs } from "../proof/poll-every.ts";
import { api } from "../trpc/client.ts";
import type { Order } from "../trpc/outputs.ts";
import { RefundPanel } from "../refund/refund-panel.tsx";
import { MailPanel } from "./mail-panel.tsx";
import { PaidOrder } from "./paid-order.tsx";
import { ReceiptHeading } from "./receipt-heading.tsx";
import { stateOf } from "./receipt-state.ts";

const twoColumns =
  "max-w-[1180px] min-[940px]:grid-cols-[minmax(0,5fr)_minmax(0,7fr)] min-[940px]:items-start";

export interface ReceiptProps {
  orderId: string;
  account: string;
  initialOrder: Order | null;
}

/** Never a Pay button: whoever comes here has paid, or waits for an answer. */
export function ReceiptView(props: ReceiptProps) {
  return (
    <LiveQueries>
      <ReceiptBody {...props} />
    </LiveQueries>
  );
}

function ReceiptBody({ orderId, account, initialOrder }: ReceiptProps) {
  const live = useOrder(orderId, account, initialOrder, pollEveryMs.patient);
  const { order } = live;
  const mail = useQuery({
    queryKey: ["receipt", orderId],
    queryFn: () => api.receipts.get.query({ orderId }),
    refetchInterval: ({ state }) =>
      state.data?.status === "sent" ? pollEveryMs.calm : pollEveryMs.quick,
  });

  if (order === null) return <EmptyOrder />;
  const state = stateOf(order);
  return (
    <main
      id="main"
      data-state={state}
      className={`mx-auto grid gap-4 px-4 pt-5 pb-10 ${order?.charge ? twoColumns : "max-w-[640px]"}`}
    >
      <div className="grid min-w-0 gap-4">
        <ReceiptHeading state={state} order={order} />
        <OldNumbers lost={live.lost} since={live.knownAt} />
        {order && <PaidOrder order={order} />}
        {order?.charge && (
          <RefundPanel account={account} charge={order.charge} refunds={order.refunds} />
        )}
      </div>
      {order?.charge && (
        <MailPanel receipt={mail.data} lost={mail.isError} since={mail.dataUpdatedAt} />
      )}
    </main>
  );
}
