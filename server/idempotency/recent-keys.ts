const KEYS_OF_GENERATION = 5_000;
/** Two generations, of which the older goes as a whole: a set that loses its oldest member each time walks over the gaps. */
let young = new Set<string>();
let old = new Set<string>();

/**
 * Whether this process has lately met the key, so that reading it is likely to find it and cheaper than trying to
 * insert it. A hint: no answer and no decision hangs on it, so it needs no expiry, and another instance's view of
 * the key cannot contradict it.
 */
export function isRecent({ account, key }: { account: string; key: string }): boolean {
  const name = `${account} ${key}`;
  return young.has(name) || old.has(name);
}

export function rememberRecent({ account, key }: { account: string; key: string }): void {
  young.add(`${account} ${key}`);
  if (young.size < KEYS_OF_GENERATION) return;
  old = young;
  young = new Set();
}

/** As in a process that has just started: for tests that look at the statement that comes first there. */
export function forgetRecent(): void {
  young = new Set();
  old = new Set();
}
