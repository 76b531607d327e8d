import type { getFetch } from "@trpc/client";

/**
 * An HTTP error whose body is not our server's JSON: a proxy's page, a body limit in front of the app. tRPC's link
 * would throw the status away with the unreadable body, and a plain 413 would look like a lost answer.
 */
export class BareAnswer extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`HTTP ${response.status} without a readable answer`);
    this.name = "BareAnswer";
    this.response = response;
  }
}

/** What a link of tRPC calls, as the installed version writes it. */
type LinkFetch = ReturnType<typeof getFetch>;

/** `httpLink({ fetch: fetchJson })`: `fetch` that keeps the status of such answers. Without it each of them is a doubt. */
export async function fetchJson(...[input, init]: Parameters<LinkFetch>): Promise<Response> {
  const { signal, ...rest } = init ?? {};
  // A link may leave the signal undefined; the platform's own type knows it as absent alone.
  const response = await fetch(input, signal ? { ...rest, signal } : rest);
  const json = response.headers.get("content-type")?.includes("application/json") === true;
  if (!response.ok && !json) throw new BareAnswer(response);
  return response;
}
