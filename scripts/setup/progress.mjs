/**
 * Says what is being done, goes on saying it while it lasts, and how long it took.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} [say]
 * @returns {Promise<T>}
 */
export async function withProgress(label, work, say = console.log) {
  const start = Date.now();
  const seconds = () => ((Date.now() - start) / 1000).toFixed(1);
  say(`${label} …`);
  const tick = setInterval(() => say(`${label} … ${Math.round(Number(seconds()))} s`), 5_000);
  try {
    const result = await work();
    // A program's end counts as what its exit code says.
    const failed = result instanceof Object && "code" in result && result.code !== 0;
    say(`${label}: ${failed ? "failed after" : "done in"} ${seconds()} s`);
    return result;
  } catch (error) {
    say(`${label}: failed after ${seconds()} s`);
    throw error;
  } finally {
    clearInterval(tick);
  }
}
