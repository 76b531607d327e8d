import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSettings } from "../supervisor/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The account that this agent is: PAYONCE_SESSION (a cookie, `name=value`), else the one kept in DATA_DIR, made at the first
 * start. Kept because a key means something within its account alone: a process that came back as somebody else would
 * pay again under the same key.
 */
export async function sessionCookieFor(origin: string): Promise<string> {
  const { env } = process;
  if (env.PAYONCE_SESSION) return env.PAYONCE_SESSION;
  const file = join(readSettings(root, false).dataDir, "mcp.session");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const answer = await fetch(`${origin}/api/trpc/session.me`);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (!cookie)
    throw new Error(`${origin} gave no session. What to do: see that it is the shop's address.`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${cookie}\n`, { mode: 0o600 });
  return cookie;
}
