import { expect, test } from "vitest";
import { isHttps } from "./is-https.ts";

test.each([
  ["https", "http://127.0.0.1:3000/", true],
  ["http", "https://shop.test/", false],
  ["https,http", "http://127.0.0.1:3000/", true],
  [undefined, "https://shop.test/", true],
  [undefined, "http://shop.test/", false],
])("a proxy that says %s before %s: %s", (proto, url, expected) => {
  expect(isHttps(new Headers(proto ? { "x-forwarded-proto": proto } : {}), url)).toBe(expected);
});
