/** Longer than a healthy IndexedDB takes, on a busy machine too; a browser whose IndexedDB hangs must not keep a person from paying. */
const patienceMs = 3_000;
const storeName = "successors";

/**
 * Which text follows the one named `after` at this place: the first that any tab of this browser proposed.
 * localStorage cannot decide that, not even under a Web Lock: each process of the browser has its own copy, which
 * lags behind. IndexedDB's transactions run one after the other and see each other, on plain http too.
 * @param place the name of what is decided, and whose it is
 * @param after "" where nothing stands yet
 * @param text what this tab proposes
 * @returns the winner's text; the own one where this browser keeps no IndexedDB
 */
export async function firstSuccessor(
  place: [name: string, account: string],
  after: string,
  text: string,
): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const outOfPatience = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(text), patienceMs);
  });
  try {
    return await Promise.race([propose([...place, after], text), outOfPatience]);
  } catch {
    return text;
  } finally {
    clearTimeout(timer);
  }
}

/** The place is as if nothing had ever been decided there. Nothing to do where this browser keeps no IndexedDB. */
export async function forgetSuccessors(name: string): Promise<void> {
  try {
    const store = (await database()).transaction(storeName, "readwrite").objectStore(storeName);
    await answer(store.delete(IDBKeyRange.bound([name], [name, []])));
  } catch {
    // What cannot be read cannot stand in the way either.
  }
}

async function propose(key: string[], text: string): Promise<string> {
  const transaction = (await database()).transaction(storeName, "readwrite");
  const store = transaction.objectStore(storeName);
  const stands: unknown = await answer(store.get(key));
  const winner = typeof stands === "string" ? stands : text;
  if (winner !== stands) store.put(winner, key);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  return winner;
}

let opened: Promise<IDBDatabase> | undefined;

/** One connection for each page. One that the browser closes, or could not open, is opened again by the next caller. */
function database(): Promise<IDBDatabase> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open("payonce-idempotency", 1);
  request.onupgradeneeded = () => void request.result.createObjectStore(storeName);
  const connection = await answer(request);
  connection.onclose = () => (opened = undefined);
  // Another page wants to delete or upgrade it: it must not wait for this one.
  connection.onversionchange = () => {
    connection.close();
    opened = undefined;
  };
  return connection;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
