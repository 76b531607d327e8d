const KEYS_OF_GENERATION = 5_000;
/** Key and account. Two generations, of which the older goes as a whole: one that loses its oldest member each time walks over the gaps. */
let young = new Map<string, string>();
let old = new Map<string, string>();

/**
 * Whether this process has lately met the key, so that reading it is likely to find it and cheaper than trying to
 * insert it. A hint: no answer and no decision hangs on it, so it needs no expiry, and another instance's view of
 * the key cannot contradict it.
 */
export function isRecent({ account, key }: { account: string; key: string }): boolean {
  return young.get(key) === account || old.get(key) === account;
}

export function rememberRecent({ account, key }: { account: string; key: string }): void {
  young.set(key, account);
  if (young.size < KEYS_OF_GENERATION) return;
  old = young;
  young = new Map();
}

/** As in a process that has just started: for tests that look at the statement that comes first there. */
export function forgetRecent(): void {
  young = new Map();
  old = new Map();
}
