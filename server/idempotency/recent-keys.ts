const KEYS_MAX = 10_000;
const recent = new Set<string>();

/**
 * Whether this process has lately met the key, so that reading it is likely to find it and cheaper than trying to
 * insert it. A hint: no answer and no decision hangs on it, so it needs no expiry, and another instance's view of
 * the key cannot contradict it.
 */
export function isRecent({ account, key }: { account: string; key: string }): boolean {
  return recent.has(`${account} ${key}`);
}

export function rememberRecent({ account, key }: { account: string; key: string }): void {
  recent.add(`${account} ${key}`);
  if (recent.size <= KEYS_MAX) return;
  // A set gives its members in the order in which they came.
  for (const oldest of recent) {
    recent.delete(oldest);
    return;
  }
}

/** As in a process that has just started: for tests that look at the statement that comes first there. */
export function forgetRecent(): void {
  recent.clear();
}
