/** No page of this project is older: a clock that says so is wrong, and its key would be born outlived. */
const earliestMs = Date.UTC(2025, 0, 1);

/**
 * A UUID version 7: its time tells the server when the key was born, and its order keeps the index dense. Version 4,
 * which has no time in it, where the clock is far behind. By `getRandomValues`, because `crypto.randomUUID` is missing
 * on plain http.
 */
export function makeKey(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const timed = now >= earliestMs;
  if (timed) {
    view.setUint16(0, Math.floor(now / 2 ** 32));
    view.setUint32(2, now % 2 ** 32);
  }
  view.setUint8(6, (timed ? 0x70 : 0x40) | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
