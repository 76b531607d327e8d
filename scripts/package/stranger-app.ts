import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../setup/run.mjs";

/** The recipe's blocks, by the file that each names: ```ts router.ts. */
export interface Recipe {
  files: ReadonlyMap<string, string>;
  diffs: ReadonlyMap<string, string>;
}

export function readRecipe(path: string): Recipe {
  const files = new Map<string, string>();
  const diffs = new Map<string, string>();
  for (const block of readFileSync(path, "utf8").matchAll(/^```(\w+) (\S+)\n([^]*?)^```$/gm)) {
    const [, language, name = "", text = ""] = block;
    (language === "diff" ? diffs : files).set(name, text);
  }
  return { files, diffs };
}

/** An app of somebody else: a folder with its own package.json, and nothing of ours but the tarball. */
export class StrangerApp {
  readonly folder = mkdtempSync(join(tmpdir(), "payonce-stranger-"));
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  /** Offline: what a registry would give is linked from this clone; the package comes from its tarball alone. */
  async install(tarball: string, packages: readonly string[]): Promise<void> {
    const dependencies = Object.fromEntries(
      packages.map((name) => [name, `file:${join(this.#root, "node_modules", name)}`]),
    );
    const manifest = { name: "stranger", private: true, type: "module", dependencies };
    this.write("package.json", JSON.stringify(manifest));
    await this.run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", tarball]);
  }

  /** @throws {Error} with git's words where the diff does not fit */
  async apply(name: string, diff: string): Promise<void> {
    this.write("change.diff", `--- a/${name}\n+++ b/${name}\n${diff}`);
    await this.run("git", ["apply", "-p1", "change.diff"]);
  }

  async compile(): Promise<void> {
    const options = {
      target: "es2023",
      lib: ["es2023", "dom", "dom.iterable"],
      module: "nodenext",
      strict: true,
      noUnusedLocals: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ["node"],
    };
    this.write("tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
    await this.run(process.execPath, [this.#bin("typescript", "bin", "tsc"), "-p", "."]);
  }

  /** Runs one of its programs; the exit code is the answer. */
  async start(
    file: string,
    env: Record<string, string>,
  ): Promise<{ code: number; output: string }> {
    const tsx = `file://${this.#bin("tsx", "dist", "loader.mjs")}`;
    return await run(process.execPath, ["--import", tsx, file], {
      cwd: this.folder,
      env: { ...process.env, ...env },
      timeoutMs: 60_000,
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #bin(...path: string[]): string {
    return join(this.#root, "node_modules", ...path);
  }

  async run(command: string, args: string[]): Promise<void> {
    const { code, output } = await run(command, args, { cwd: this.folder, timeoutMs: 60_000 });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
  }
}
