/** What stands in `digest`: all that Next lets through of an error of the server. `away`: the address of a Postgres that did not answer. */
export interface Digest {
  code: string;
  traceId: string | undefined;
  away: string | undefined;
}

/** As server/telemetry/with-digest.ts wrote it; another digest is Next's own hash, and without one it is the browser's error. */
export function readDigest({ name, digest }: Error & { digest?: string }): Digest {
  const [, code, traceId, away] = /^([A-Z_]+) ([0-9a-f]{32})(?: (\S+))?/.exec(digest ?? "") ?? [];
  return { code: code ?? digest ?? name, traceId, away };
}
