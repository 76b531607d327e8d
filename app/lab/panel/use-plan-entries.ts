"use client";

import { useQuery } from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";
import { api } from "../../trpc/client.ts";

/** What the server's parser says of a plan: its entries, or the sentence that names the bad one. */
export function usePlanEntries(plan: string): { ok: boolean; problem: string; count: number } {
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["faults.read", plan],
    queryFn: () => readPlan(plan),
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
  // What was wrong with the plan before says nothing of this one.
  const problem = isPlaceholderData ? "" : (data?.problem ?? "");
  return { ok: problem === "", problem, count: data?.count ?? 0 };
}

/** A refusal is an answer like another; what has none is asked for again. */
async function readPlan(plan: string): Promise<{ problem: string; count: number }> {
  try {
    const { entries } = await api.faults.read.query({ plan });
    return { problem: "", count: entries.length };
  } catch (error) {
    if (error instanceof TRPCClientError && error.data?.httpStatus === 400)
      return { problem: error.message, count: 0 };
    throw error;
  }
}
