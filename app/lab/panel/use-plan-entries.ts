"use client";

import { useQuery } from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";
import { api } from "../../trpc/client.ts";

/** What the server's parser says of a plan: its entries, or the sentence that names the bad one. */
export function usePlanEntries(plan: string): { ok: boolean; problem: string; count: number } {
  const { data, error } = useQuery({
    queryKey: ["faults.read", plan],
    queryFn: () => api.faults.read.query({ plan }),
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
  const refused = error instanceof TRPCClientError && error.data?.httpStatus === 400;
  return {
    ok: !refused,
    problem: refused ? error.message : "",
    count: data?.entries.length ?? 0,
  };
}
