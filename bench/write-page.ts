import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";

/** Writes a page into this folder in the form that `npm run check` asks for. @param name of the file, such as `RESULTS.md` */
export async function writePage(name: string, text: string): Promise<void> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
