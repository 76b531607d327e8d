import { execFileSync } from "node:child_process";
import { version } from "../../package.json";

export interface Build {
  version: string;
  /** Short; "" where the sources are no clone. */
  commit: string;
}

let build: Build | undefined;

/** What is running, for the footer and for bug reports. Asked of git once per process. */
export function readBuild(): Build {
  build ??= { version, commit: readCommit() };
  return build;
}

function readCommit(): string {
  try {
    const options = { encoding: "utf8", stdio: "pipe", timeout: 2_000 } as const;
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], options).trim();
  } catch {
    return "";
  }
}
