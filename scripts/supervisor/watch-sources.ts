import { watch } from "node:fs";
import { join } from "node:path";

/** With --dev: `next dev` follows its own files, this follows what bank and worker run. */
export function watchSources(root: string, onChange: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  for (const folder of ["server", "db"]) {
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (!name?.endsWith(".ts") || name.endsWith(".test.ts")) return;
      clearTimeout(timer);
      timer = setTimeout(onChange, 150); // an editor saves in several steps
    }).unref();
  }
}
