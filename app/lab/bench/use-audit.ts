"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../../trpc/client.ts";

const AFTER_NEWS_MS = 250;
const QUIET_MS = 5_000;

/**
 * What each lane did with the order, from the bank's journal, the timeline and Postgres: asked again after each piece
 * of news from the stream, and every 5 s without any.
 */
export function useAudit(orderId: string, news: number) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["lab.audit", orderId],
    queryFn: () => api.lab.audit.query({ orderId }),
    refetchInterval: QUIET_MS,
  });
  useEffect(() => {
    if (news === 0) return;
    const timer = setTimeout(
      () => void client.invalidateQueries({ queryKey: ["lab.audit", orderId] }),
      AFTER_NEWS_MS,
    );
    return () => clearTimeout(timer);
  }, [client, orderId, news]);
  return query;
}
