import { v7 } from "uuid";
import { expect, test } from "vitest";
import { accountTag, publicName } from "./session.ts";

test("two accounts that share a public name have tags of their own", () => {
  const byName = new Map<string, string>();
  let shared = 0;
  while (shared < 20) {
    const account = v7();
    const [name, tag] = [publicName(account), accountTag(account)];
    expect(tag).toMatch(/^[\w-]{22}$/);
    expect(accountTag(account)).toBe(tag);
    const before = byName.get(name);
    if (before !== undefined) {
      shared += 1;
      expect(accountTag(before)).not.toBe(tag);
    }
    byName.set(name, account);
  }
});
