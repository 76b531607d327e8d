"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../../trpc/client.ts";

const AFTER_NEWS_MS = 250;
const QUIET_MS = 5_000;

/**
 * What each lane did with the order, from the bank's journal, the timeline and Postgres: asked again after each piece
 * of news from the stream, and every 5 s without any. `behind`: there is news that these numbers were counted before.
 */
export function useAudit(orderId: string, news: number) {
  const client = useQueryClient();
  const known = useRef(news);
  useEffect(() => {
    known.current = news;
  }, [news]);
  const { data } = useQuery({
    queryKey: ["lab.audit", orderId],
    queryFn: async () => {
      const upTo = known.current;
      return { audits: await api.lab.audit.query({ orderId }), upTo };
    },
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
  return { audits: data?.audits ?? [], behind: data === undefined || data.upTo < news };
}
