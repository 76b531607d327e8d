import { faultNow } from "./engine.ts";

const AT_THE_BANK = {
  "provider-error": "error-before",
  "provider-error-after-charge": "error-after",
  "provider-timeout": "timeout-after",
} as const;
const TELLING = ["webhook-twice", "webhook-late", "webhook-reordered", "webhook-lost"] as const;

/** A port that needs root to listen on and that nobody uses: a real refused connection. (`fetch` itself forbids 1, 7, 9 …) */
const NOBODY = "http://127.0.0.1:2/";

/**
 * `fetch` for the provider's SDK. The bank itself does what the header asks for, so that a charge whose answer
 * is lost is a charge in its journal, and an event that comes twice was sent twice. Only sends meet faults, look-ups do not.
 */
export const faultyFetch = faulty("X-Bank-Fault", askedOfItsEvents);

/** The same for warehouse, post and courier, which have the words of the bank in a header of their own and tell no events. */
export const faultySuppliersFetch = faulty("X-Supplier-Fault", async () => []);

function faulty(header: string, askedOfEvents: () => Promise<string[]>): typeof fetch {
  return async (address, init) => {
    if (init?.method !== "POST") return await fetch(address, init);
    if (await faultNow("provider-unreachable")) return await fetch(NOBODY, init);
    const asked = [...(await askedOfTheSend()), ...(await askedOfEvents())];
    if (asked.length === 0) return await fetch(address, init);
    const headers = new Headers(init.headers);
    headers.set(header, asked.join(","));
    return await fetch(address, { ...init, headers });
  };
}

/** One at most: an answer is lost in one way. */
async function askedOfTheSend(): Promise<string[]> {
  for (const [name, asked] of Object.entries(AT_THE_BANK)) {
    if (await faultNow(name as keyof typeof AT_THE_BANK)) return [asked];
  }
  return [];
}

async function askedOfItsEvents(): Promise<string[]> {
  const asked: string[] = [];
  for (const name of TELLING) {
    const fault = await faultNow(name);
    if (fault) asked.push(fault.ms > 0 ? `${name}=${fault.ms}` : name);
  }
  return asked;
}
