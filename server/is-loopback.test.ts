import { expect, test } from "vitest";
import { isLoopback } from "./is-loopback.ts";

test.each(["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])(
  "with %s nobody outside this machine gets in",
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each(["", "0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com"])(
  "with %j somebody may",
  (host) => expect(isLoopback(host)).toBe(false),
);
