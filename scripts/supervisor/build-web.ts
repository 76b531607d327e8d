import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitForLock } from "../setup/lock.mjs";
import { withProgress } from "../setup/progress.mjs";
import { run, tail } from "../setup/run.mjs";

/** What no page is made of. Everything else counts: a build too many costs seconds, one too few an afternoon. */
const NOT_SOURCES =
  /^(node_modules|test-results|playwright-report|e2e|chaos|bench|docs|scripts|\..*|next-env\.d\.ts|.*\.tsbuildinfo|[A-Z]+\.md)$/;

/** `next build`, only when the sources (or FAULTS) differ from the last build's. Throws with its output. */
export async function buildWeb(
  root: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<void> {
  const stamp = join(root, ".next", "payonce-sources");
  const wanted = sourcesHash(root, env.FAULTS ?? "");
  const fresh = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (fresh()) return;
  const lock = await waitForLock(join(root, ".data", "build.lock"), ({ pid }) =>
    log(`waiting for process ${pid}, which is building already`),
  );
  try {
    if (fresh()) return;
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    const { code, output } = await withProgress(
      "building the pages",
      () => run(process.execPath, [next, "build"], { cwd: root, env }),
      log,
    );
    if (code !== 0) {
      throw new Error(
        `The pages do not build:\n${tail(output, 60).replace(/^/gm, "  ")}\n` +
          "  What to do: mend what it names (`npm run check` finds types quicker), then start again.",
      );
    }
    writeFileSync(stamp, wanted);
  } finally {
    lock.release();
  }
}

function sourcesHash(root: string, faults: string): string {
  const hash = createHash("sha256").update(faults);
  const walk = (folder: string, top: boolean) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if ((top && NOT_SOURCES.test(entry.name)) || /\.test\.tsx?$/.test(entry.name)) continue;
      const place = join(folder, entry.name);
      if (entry.isDirectory()) walk(place, false);
      else if (entry.isFile()) hash.update(place.slice(root.length)).update(readFileSync(place));
    }
  };
  walk(root, true);
  return hash.digest("hex");
}
