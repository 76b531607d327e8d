import { createTRPCClient, httpLink, type TRPCClient } from "@trpc/client";
import type { AppRouter } from "../../server/trpc/router.ts";
import {
  fetchJson,
  keyOf,
  mirrorKey,
  retryLink,
  type RetryLinkOptions,
} from "../../server/idempotency/client/index.ts";

export type Api = TRPCClient<AppRouter>;

/**
 * The browser's client: one retry layer over one unbatched link. Unbatched, because a batch has one set of headers
 * for all its calls: two payments in one tick would both arrive under the first one's key.
 * @param url absolute or origin-relative address of the tRPC endpoint
 */
export function createApi(url: string, options: RetryLinkOptions = {}): Api {
  return createTRPCClient<AppRouter>({
    links: [
      retryLink(options),
      httpLink({
        url,
        fetch: (input, init) => fetchJson(String(input), init as RequestInit),
        headers({ op }) {
          const headers = mirrorKey({ op });
          const { faultPlan } = op.context;
          if (keyOf(op) !== null && typeof faultPlan === "string" && faultPlan !== "")
            headers["X-Fault-Plan"] = faultPlan;
          return headers;
        },
      }),
    ],
  });
}

/** The page's one client. Relative address: no request leaves the origin. */
export const api: Api = createApi("/api/trpc");
