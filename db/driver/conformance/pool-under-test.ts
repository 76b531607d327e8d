import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  type DatabaseOptions,
  type KnownBad,
  openDatabase,
  type OpenDatabase,
} from "../../client.ts";
import { commonJsDriver, copyWithoutPatch, loadDriver } from "./unpatched-driver.ts";

export const testTimings = {
  lockMs: 200,
  statementMs: 300,
  socketMs: 500,
  idleInTransactionMs: 1_000,
};

/** The two defences, in every combination. What holds with one of them alone is belt and braces. */
export const defences = {
  "guard and patch": { patched: true, guard: true, safe: true },
  "patch alone": { patched: true, guard: false, safe: true },
  "patch alone, CommonJS build": { patched: true, guard: false, safe: true, commonJs: true },
  "guard alone": { patched: false, guard: true, safe: true },
  "neither, as published": { patched: false, guard: false, safe: false },
} satisfies Record<string, Defences>;

export interface Defences {
  patched: boolean;
  guard: boolean;
  safe: boolean;
  commonJs?: boolean;
}

let unpatched: string | undefined;
afterAll(() => {
  if (unpatched !== undefined) rmSync(unpatched, { recursive: true, force: true });
});

export async function knownBad({ patched, guard, commonJs }: Defences): Promise<KnownBad> {
  if (commonJs) return { guard, driver: commonJsDriver() };
  if (patched) return { guard };
  return { guard, driver: await loadDriver(unpatchedFolder()) };
}

/** A copy for this test file, made on first use. The runner ends its processes without an `exit` event. */
export function unpatchedFolder(): string {
  if (unpatched === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "payonce-unpatched-"));
    copyWithoutPatch(folder);
    unpatched = folder;
  }
  return unpatched;
}

export async function poolUnderTest(
  defence: Defences,
  options: Partial<DatabaseOptions> & { url: string },
): Promise<OpenDatabase> {
  return openDatabase(
    { max: 1, timings: testTimings, applicationName: "conformance", ...options },
    await knownBad(defence),
  );
}
