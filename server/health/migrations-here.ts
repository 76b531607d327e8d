import { readdirSync } from "node:fs";
import { join } from "node:path";

let names: string[] | undefined;

/** The migrations that this version brings, read once: what a running process was built from does not change. */
export function migrationsHere(): string[] {
  const folder = join(/* turbopackIgnore: true */ process.cwd(), "db", "migrations");
  names ??= readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names;
}
