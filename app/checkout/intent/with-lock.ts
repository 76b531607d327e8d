/** How long a tab without locks waits for another tab's write to stand. */
const settleMs = 50;

/**
 * Runs `decide` while no other tab of this origin decides about the same order. On plain http `navigator.locks` is
 * undefined; there the caller writes, waits, and uses what `readBack` finds: the last writer wins for both tabs.
 */
export async function withLock<T>(orderId: string, decide: () => T, readBack: () => T): Promise<T> {
  const locks: LockManager | undefined = navigator.locks;
  if (locks) return locks.request(`payonce.${orderId}`, decide);
  decide();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return readBack();
}
