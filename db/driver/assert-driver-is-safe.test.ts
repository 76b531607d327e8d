import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertDriverIsSafe } from "./assert-driver-is-safe.ts";
import { copyWithoutPatch, installedDriver } from "./conformance/unpatched-driver.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "payonce-driver-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the installed driver is patched, in both of its builds", () => {
  expect(() => assertDriverIsSafe()).not.toThrow();
});

test("the driver as published is refused, with the command that mends it", () => {
  copyWithoutPatch(folder);
  expect(() => assertDriverIsSafe(folder)).toThrow(
    /src\/connection\.js is not patched.*patch-package/,
  );
});

test.each(["src", "cjs/src"])("a driver whose %s build alone is unpatched is refused", (build) => {
  const unpatched = join(folder, "unpatched");
  const mixed = join(folder, "mixed");
  copyWithoutPatch(unpatched);
  cpSync(installedDriver(), mixed, { recursive: true });
  cpSync(join(unpatched, build), join(mixed, build), { recursive: true });
  expect(() => assertDriverIsSafe(mixed)).toThrow(`${build}/index.js is not patched`);
});

test("another version is refused: the guard leans on the inside of this one", () => {
  cpSync(installedDriver(), folder, { recursive: true });
  const manifest = join(folder, "package.json");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"3.4.9"', '"3.5.0"'));
  expect(() => assertDriverIsSafe(folder)).toThrow("version 3.5.0, not 3.4.9");
});

test("a driver that is not there is refused", () => {
  expect(() => assertDriverIsSafe(folder)).toThrow("not installed");
});
