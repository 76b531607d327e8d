"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { noteLive } from "../live/live-state.ts";
import { useSteadyPress } from "../live/use-steady-press.ts";
import { untilAnswered } from "../proof/poll-every.ts";

/**
 * Queries that watch the server. `retry: false`: they are asked again anyway, by their own interval or else until they are
 * answered, and say when they are old.
 */
export function LiveQueries({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            retry: false,
            refetchOnWindowFocus: true,
            networkMode: "always",
            refetchInterval: untilAnswered,
          },
        },
      }),
  );
  useSteadyPress();
  useEffect(() => {
    const unsubscribe = client
      .getQueryCache()
      .subscribe(() => noteLive("queries", heardBy(client)));
    return () => {
      unsubscribe();
      noteLive("queries", null);
    };
  }, [client]);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

/** Of the queries that are asked again and again: null where there are none, or none has answered yet. */
function heardBy(client: QueryClient): "live" | "lost" | null {
  const repeated = client
    .getQueryCache()
    .getAll()
    .filter(({ observers }) => observers.some(({ options }) => options.refetchInterval));
  if (repeated.some(({ state }) => state.status === "error")) return "lost";
  return repeated.some(({ state }) => state.status === "success") ? "live" : null;
}
