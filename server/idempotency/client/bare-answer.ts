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

/** `fetch` that keeps the status of such answers. */
export async function fetchJson(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const json = response.headers.get("content-type")?.includes("application/json") === true;
  if (!response.ok && !json) throw new BareAnswer(response);
  return response;
}
