"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";
import { useState } from "react";
import { api } from "../../trpc/client.ts";
import type { Order } from "../../trpc/outputs.ts";
import { readDraft } from "./draft.ts";
import { saveOrder, takeSaved } from "./save-order.ts";

/** Asks the server for the order; one that it lacks is saved from this browser's draft; null when there is neither. */
async function loadOrder(orderId: string, account: string): Promise<Order | null> {
  try {
    return await api.orders.get.query({ orderId });
  } catch (error) {
    if (!isMissing(error)) throw error;
    const draft = readDraft(orderId);
    if (draft === null || draft.account !== account) return null;
    // Refused when a payment of this order has begun in the meantime: then the order is there, too.
    await saveOrder(orderId, draft.items).catch(() => null);
    return api.orders.get.query({ orderId });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data?.httpStatus === 404;
}

export interface LiveOrder {
  /** undefined: not known yet; null: there is no such order. */
  order: Order | null | undefined;
  lost: boolean;
  /** When the server last told it, on the page's clock; 0 before the first time. */
  knownAt: number;
  saving: boolean;
  /** Saves the order with these quantities; the total is the server's. */
  setItems(items: { sku: string; quantity: number }[]): void;
  /** Asks the server for the order as of now, at today's prices. */
  refresh(): void;
}

/**
 * The order as the server has it, asked again every `everyMs`.
 * @param initial what the page was rendered with; null when the server knew of none
 */
export function useOrder(
  orderId: string,
  account: string,
  initial: Order | null,
  everyMs: number,
): LiveOrder {
  const client = useQueryClient();
  const [saves, setSaves] = useState(0);
  const queryKey = ["order", orderId];
  const query = useQuery({
    queryKey,
    // Only where the server knew of no order yet: what it has told since is newer than a save.
    queryFn: async () =>
      (initial === null && (await takeSaved(orderId))) || loadOrder(orderId, account),
    ...(initial && { initialData: initial }),
    refetchInterval: everyMs,
  });

  async function save(items: { sku: string; quantity: number }[]) {
    setSaves((count) => count + 1);
    try {
      await saveOrder(orderId, items);
    } catch {
      // Refused or unanswered: the next look at the server shows what stands there.
    }
    await client.invalidateQueries({ queryKey });
    setSaves((count) => count - 1);
  }

  const order = query.data;
  return {
    order,
    lost: query.isError,
    knownAt: query.dataUpdatedAt,
    saving: saves > 0,
    setItems: (items) => void save(items),
    refresh: () => void client.invalidateQueries({ queryKey }),
  };
}
