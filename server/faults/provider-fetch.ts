import { faultNow } from "./engine.ts";

const AT_THE_BANK = {
  "provider-error": "error-before",
  "provider-error-after-charge": "error-after",
  "provider-timeout": "timeout-after",
} as const;

/** A port that needs root to listen on and that nobody uses: a real refused connection. (`fetch` itself forbids 1, 7, 9 …) */
const NOBODY = "http://127.0.0.1:2/";

/**
 * `fetch` for the provider's SDK. The bank itself does what the header asks for, so that a charge whose answer
 * is lost is a charge in its journal. Only sends meet faults, look-ups do not.
 */
export const faultyFetch = faulty("X-Bank-Fault");

/** The same for warehouse, post and courier, which have the words of the bank in a header of their own. */
export const faultySuppliersFetch = faulty("X-Supplier-Fault");

function faulty(header: string): typeof fetch {
  return async (address, init) => {
    if (init?.method !== "POST") return await fetch(address, init);
    if (await faultNow("provider-unreachable")) return await fetch(NOBODY, init);
    for (const [name, asked] of Object.entries(AT_THE_BANK)) {
      if (await faultNow(name as keyof typeof AT_THE_BANK)) {
        const headers = new Headers(init.headers);
        headers.set(header, asked);
        return await fetch(address, { ...init, headers });
      }
    }
    return await fetch(address, init);
  };
}
