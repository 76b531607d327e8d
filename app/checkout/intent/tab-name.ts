const letters = "abcdefghijkmnpqrstuvwxyz23456789";

let name: string | undefined;

/**
 * Four characters that tell this tab from others in `X-Client-Attempt`. Made afresh on every load and kept in memory
 * only: a duplicated tab would copy sessionStorage, and two tabs with one name look like the browser resending.
 */
export function tabName(): string {
  name ??= Array.from(
    crypto.getRandomValues(new Uint8Array(4)),
    (byte) => letters[byte % letters.length],
  ).join("");
  return name;
}
