/** At most `limit` at once, in the order of the list. */
export async function inParallel<T>(
  limit: number,
  list: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = list.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
