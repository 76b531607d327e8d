import { join } from "node:path";
import { inject } from "vitest";

/** What tests start as a process of its own, built once a run by the global setup. */
export const PROGRAMS = [
  "db/driver/conformance/in-flight.ts",
  "db/driver/conformance/payers.ts",
  "server/bank/main.ts",
  "server/lab/twins/seen-then-killed.ts",
  "server/suppliers/main.ts",
  "server/test-kit/agent-victim.ts",
  "server/test-kit/receipt-worker.ts",
] as const;

declare module "vitest" {
  interface ProvidedContext {
    programs: { folder: string };
  }
}

/** Node's arguments that start it; the program's own come after them. */
export function builtProgram(program: (typeof PROGRAMS)[number]): string[] {
  const file = join(inject("programs").folder, program.replace(/\.ts$/, ".mjs"));
  return ["--enable-source-maps", file];
}
