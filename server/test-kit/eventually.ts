/** Asks until there is an answer. Polling, not sleeping for luck: it ends as soon as it is true. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  while (performance.now() < giveUpAt) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`Not within ${withinMs} ms`);
}
