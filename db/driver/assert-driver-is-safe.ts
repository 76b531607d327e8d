import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of each mend in `db/patches`: without any of them a dead backend can write, or throw where nothing catches, or false is written for true. */
const mends = {
  "connection.js": [
    "if (!socket) {",
    "chunk = nextWriteTimer = query = results = errorResponse = null",
    "      x = type in options.serializers",
  ],
  "index.js": [
    "while (queries.length) queries.shift().reject(e)",
    "if (dead) return q.reject(dead)",
  ],
};

const builds = ["src", "cjs/src"];
/** The guard and the sockets lean on the inside of the driver: another version has to pass the tests first. */
const version = "3.4.9";

/**
 * Throws, with what to do, unless the installed postgres.js is the version that we know and patched in both of its
 * builds. The guard holds without the patch and the patch without the guard; we start with both or not at all.
 * @param folder where the driver is installed, for tests
 */
export function assertDriverIsSafe(folder = join(process.cwd(), "node_modules", "postgres")): void {
  const wrong: string[] = [];
  const { version: installed } = readManifest(folder);
  if (installed !== version) wrong.push(`version ${installed}, not ${version}`);
  for (const build of builds) {
    for (const [file, lines] of Object.entries(mends)) {
      const source = readFileSync(join(folder, build, file), "utf8");
      if (lines.some((line) => !source.includes(line)))
        wrong.push(`${build}/${file} is not patched`);
    }
  }
  if (wrong.length === 0) return;
  throw new Error(
    `The database driver in ${folder} is unsafe (${wrong.join(", ")}). ` +
      `Run "npx patch-package --patch-dir db/patches", or "npm ci".`,
  );
}

function readManifest(folder: string): { version: string } {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
      return { version: String(manifest.version) };
    }
  } catch (cause) {
    throw new Error(`The database driver is not installed in ${folder}. Run "npm ci".`, { cause });
  }
  return { version: "unknown" };
}
