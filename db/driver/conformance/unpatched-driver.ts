import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type postgres from "postgres";

export type Driver = typeof postgres;

const patches = fileURLToPath(new URL("../../patches/", import.meta.url));
const require = createRequire(import.meta.url);

/** Where the installed driver lives. */
export function installedDriver(): string {
  // cjs/src/index.js
  return dirname(dirname(dirname(require.resolve("postgres"))));
}

/** The build of the installed driver that `require` gets. */
export function commonJsDriver(): Driver {
  const driver: Driver = require("postgres");
  return driver;
}

/** A copy of the installed driver, as its author published it: `db/patches` is applied backwards. */
export function copyWithoutPatch(folder: string): void {
  cpSync(installedDriver(), folder, { recursive: true });
  for (const name of readdirSync(patches).filter((file) => file.startsWith("postgres+"))) {
    revert(readFileSync(join(patches, name), "utf8"), folder);
  }
}

export async function loadDriver(folder: string): Promise<Driver> {
  const entry = pathToFileURL(join(folder, "src", "index.js")).href;
  const loaded: { default: Driver } = await import(/* @vite-ignore */ entry);
  return loaded.default;
}

/** Applies a unified diff backwards; throws when a hunk is not there, for then nothing would be taken out. */
function revert(patch: string, folder: string): void {
  const prefix = "+++ b/node_modules/postgres/";
  for (const part of patch.split(/^diff --git .*$/m).filter((text) => text.trim() !== "")) {
    const file = part
      .split("\n")
      .find((line) => line.startsWith(prefix))!
      .slice(prefix.length);
    const path = join(folder, file);
    let source = readFileSync(path, "utf8");
    for (const hunk of part.split(/^@@ .*$/m).slice(1)) {
      const lines = hunk.split("\n").filter((line) => line !== "");
      const side = (without: string) =>
        lines
          .filter((line) => !line.startsWith(without))
          .map((line) => line.slice(1))
          .join("\n");
      const patched = side("-");
      if (!source.includes(patched)) throw new Error(`${file}: a hunk of the patch is not there`);
      source = source.replace(patched, () => side("+"));
    }
    writeFileSync(path, source);
  }
}
