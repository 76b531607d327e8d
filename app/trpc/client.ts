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

const root = globalThis.document?.documentElement;

/**
 * The account that the server drew this document for. Read once: a page whose session is replaced stays the old one's until
 * it is loaded anew, whatever parts of it are drawn again.
 */
export const pageTag = root?.dataset["account"];

/**
 * The browser's client: one retry layer over one unbatched link. Unbatched, because a batch has one set of headers
 * for all its calls: two payments in one tick would both arrive under the first one's key.
 * @param url absolute or origin-relative address of the tRPC endpoint
 * @param tag of the account that all calls are meant for; the server refuses them with 401 under any other's session
 */
export function createApi(url: string, options: RetryLinkOptions = {}, tag?: string): Api {
  return createTRPCClient<AppRouter>({
    links: [
      retryLink(options),
      httpLink({
        url,
        async fetch(input, init) {
          const response = await fetchJson(input, init);
          // The layout's bar: by the document, so that every page has it and no script draws it.
          if (tag) root?.toggleAttribute("data-estranged", response.status === 401);
          return response;
        },
        headers({ op }) {
          const headers = mirrorKey({ op });
          const { faultPlan } = op.context;
          if (tag) headers["X-Account-Tag"] = tag;
          if (keyOf(op) !== null && typeof faultPlan === "string" && faultPlan !== "")
            headers["X-Fault-Plan"] = faultPlan;
          return headers;
        },
      }),
    ],
  });
}

/** The page's one client. Relative address: no request leaves the origin. */
export const api: Api = createApi("/api/trpc", {}, pageTag);
