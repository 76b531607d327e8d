import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../../server/trpc/router.ts";
import { fetchJson, mirrorKey } from "../../server/idempotency/client/index.ts";

/** One request and no retry: on this page the person who looks on is the one who asks again. */
const once = createTRPCClient<AppRouter>({
  links: [
    httpLink({
      url: "/api/trpc",
      fetch: fetchJson,
      headers: ({ op }) => ({
        ...mirrorKey({ op }),
        ...(op.context["tag"] ? { "X-Account-Tag": String(op.context["tag"]) } : {}),
        ...(op.context["plan"] ? { "X-Fault-Plan": String(op.context["plan"]) } : {}),
      }),
    }),
  ],
});

/** What came of one press. `lost`: the connection broke, and what was done stands in the record alone. */
export type Sent = { kind: "answered" } | { kind: "lost" } | { kind: "told"; message: string };

/** What a press is told when its connection broke and the browser sent it again by itself: nothing that is news. */
const STILL_RUNNING = "IN_PROGRESS";

/**
 * Runs or resumes: the same call under the same key.
 * @param tag of the account that the press is meant for
 * @param plan this press's faults; "" for none
 */
export async function sendRun(
  run: { idempotencyKey: string; goal: string },
  tag: string,
  plan: string,
): Promise<Sent> {
  try {
    await once.agent.run.mutate(run, { context: { tag, plan } });
    return { kind: "answered" };
  } catch (error) {
    if (!(error instanceof TRPCClientError) || !error.data) return { kind: "lost" };
    const { code } = Object(error.data.idempotency);
    return code === STILL_RUNNING ? { kind: "lost" } : { kind: "told", message: error.message };
  }
}
