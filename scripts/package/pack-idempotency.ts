import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../setup/run.mjs";
import { packPapers } from "./pack-papers.ts";

/** Sub-path exports: the package's own entries and nothing between them. */
const ENTRIES = ["http", "trpc", "client", "react", "contract"];

/** From the lowest with which a stranger's app compiled and kept the contract (decision 0042), to before what may break it. */
const PEERS = {
  "drizzle-orm": ">=0.36.0 <1",
  "@trpc/server": "^11.4.0",
  "@trpc/client": "^11.4.0",
  react: ">=18",
};

/**
 * Builds `server/idempotency` and packs it. What is in the tarball is what runs here: the same files, without tests.
 * @param destination the folder that the tarball is written to
 * @returns the tarball's path
 * @throws {Error} with the compiler's or npm's own words
 */
export async function packIdempotency(root: string, destination: string): Promise<string> {
  const source = join(root, "server", "idempotency");
  const staged = mkdtempSync(join(tmpdir(), "payonce-package-"));
  try {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    await orThrow(process.execPath, [tsc, "-p", source, "--outDir", staged], root);
    rewriteDeclarations(staged);
    copyFileSync(join(source, "migration.sql"), join(staged, "migration.sql"));
    packPapers(root, staged);
    copyFileSync(join(root, "LICENSE"), join(staged, "LICENSE"));
    writeFileSync(join(staged, "package.json"), `${JSON.stringify(manifest(root), null, 2)}\n`);
    const packed = await orThrow(
      "npm",
      ["pack", "--silent", "--pack-destination", destination],
      staged,
    );
    return join(destination, packed.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

function manifest(root: string): object {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entry = (path: string) => ({ types: `./${path}.d.ts`, default: `./${path}.js` });
  const optional = Object.keys(PEERS).filter((name) => name !== "drizzle-orm");
  return {
    name: "payonce-idempotency",
    version: own.version,
    description:
      "Run a handler at most once for a key, and give everybody the same answer. Postgres.",
    license: own.license,
    type: "module",
    sideEffects: false,
    engines: own.engines,
    exports: {
      ".": entry("index"),
      ...Object.fromEntries(ENTRIES.map((name) => [`./${name}`, entry(`${name}/index`)])),
      "./migration.sql": "./migration.sql",
      "./package.json": "./package.json",
    },
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
  };
}

/** The compiler rewrites `./x.ts` in what runs, but not in what is declared; there a bundler's resolver would fail. */
function rewriteDeclarations(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/((?:from|import)\s*\(?\s*"\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

async function orThrow(command: string, args: string[], cwd: string): Promise<string> {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) throw new Error(`${[command, ...args].join(" ")} failed:\n${output}`);
  return output;
}
