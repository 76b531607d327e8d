import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings, roleUrls, secretOf } from "./settings.ts";

const read = (env: NodeJS.Dict<string>) =>
  readSettings("/clone", false, { NODE_ENV: "test", ...env });

test("faults on an address that others reach are refused unless it is meant", () => {
  expect(() => read({ HOST: "0.0.0.0" })).toThrow("FAULTS=i-know");
  expect(read({ HOST: "0.0.0.0", FAULTS: "i-know" }).faults).toBe("i-know");
  expect(read({ HOST: "192.0.2.7", FAULTS: "off" }).faults).toBe("off");
  expect(read({}).faults).toBe("on");
});

test("a value that cannot be right is refused with what to do", () => {
  expect(() => read({ PORT: "web" })).toThrow("What to do");
  expect(() => read({ FAULTS: "yes" })).toThrow("on, off, i-know");
  expect(() => read({ DATABASE_URL: "localhost:5432" })).toThrow("postgres://");
  expect(() => read({ DATABASE_URL: "postgres:///payonce" })).toThrow("host and database");
});

test("two clones on one server give the roles the same passwords, and not the owner's", () => {
  const { app, bank } = roleUrls("postgres://owner:s3cret@db.example:5432/shop?sslmode=require");
  expect(roleUrls("postgres://owner:s3cret@db.example:5432/shop?sslmode=require").app).toBe(app);
  expect(app).toMatch(
    /^postgres:\/\/payonce_app:[\w-]{43}@db.example:5432\/shop\?sslmode=require$/,
  );
  expect(bank).toContain("payonce_bank");
  expect(new URL(bank).password).not.toBe(new URL(app).password);
  expect(app + bank).not.toContain("s3cret");
});

test("the session secret is made once and is its owner's alone", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "payonce-settings-"));
  try {
    const secret = secretOf(dataDir, "session");
    expect(secret.length).toBeGreaterThanOrEqual(64);
    expect(secretOf(dataDir, "session")).toBe(secret);
    expect(statSync(join(dataDir, "session.secret")).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
