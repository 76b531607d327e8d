export interface ClientAttempt {
  n: number;
  by: "you" | "app";
  tab: string;
}

/** Reads `X-Client-Attempt: <n>;by=<you|app>;tab=<4 characters>`; anything else counts as absent. */
export function readClientAttempt(header: string | null): ClientAttempt | undefined {
  if (header === null || header.length > 64) return undefined;
  const match = /^(\d{1,6});\s*by=(you|app);\s*tab=([A-Za-z0-9]{4})$/.exec(header);
  if (!match?.[1] || !match[3]) return undefined;
  return { n: Number(match[1]), by: match[2] === "you" ? "you" : "app", tab: match[3] };
}
