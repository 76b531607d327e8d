import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * `.env.local` and then `.env`, which Next reads for the web alone: all processes of a stack must be told the same, above
 * all whose provider it is. What is set already wins.
 * @param {string} root
 */
export function loadEnv(root) {
  for (const file of [".env.local", ".env"].map((name) => join(root, name)))
    if (existsSync(file)) process.loadEnvFile(file);
}
