import { hash } from "node:crypto";

/**
 * RFC 8785 canonical JSON of a plain value. Written here because it is four rules on top of
 * `JSON.stringify`, and the package promises to bring no dependency with it.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(",")}]`;
  }
  if (value !== null && typeof value === "object") {
    if (
      Object.getPrototypeOf(value) !== Object.prototype &&
      Object.getPrototypeOf(value) !== null
    ) {
      // A FormData, Blob or Map looks like {} here: every file would have the same fingerprint.
      throw new TypeError("Only plain JSON can be fingerprinted");
    }
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      // Code units, as the RFC asks: a locale would sort differently on another machine.
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  const text = JSON.stringify(value);
  if (text === undefined || (typeof value === "number" && !Number.isFinite(value))) {
    throw new TypeError(`Only plain JSON can be fingerprinted, not ${typeof value}`);
  }
  return text;
}

/**
 * `v1:` and the SHA-256 of the canonical text. The version stands beside the hash, so that a deploy that
 * changes how requests are read does not turn retries in flight into KEY_REUSED.
 */
export function fingerprint(canonicalInput: string): string {
  return `v1:${hash("sha256", canonicalInput)}`;
}
