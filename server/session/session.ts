import { createHash, randomUUID } from "node:crypto";
import { sealData, unsealData } from "iron-session";
import { z } from "zod";

const sealed = z.object({ account: z.uuid() });
const YEAR_S = 31_536_000;

export interface Session {
  account: string;
  /** To be set on the answer; undefined when the request brought a valid one. */
  setCookie: string | undefined;
}

/** The account of a request's signed cookie; a new account when there is none or it was tampered with. */
export async function openSession(
  cookies: string | null,
  secret: string,
  https: boolean,
): Promise<Session> {
  const name = https ? "__Host-payonce" : "payonce";
  const value = cookies
    ?.split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  const known = value
    ? sealed.safeParse(await unsealData(value, { password: secret, ttl: 0 }).catch(() => null))
    : undefined;
  if (known?.success) return { account: known.data.account, setCookie: undefined };
  const account = randomUUID();
  const pair = await sealedCookie(account, secret, https);
  const secure = https ? "; Secure" : "";
  return {
    account,
    setCookie: `${pair}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${YEAR_S}${secure}`,
  };
}

/** Takes the cookie away, under either of its names. */
export const ENDED_COOKIES = [
  "payonce=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
  "__Host-payonce=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
];

/** The `name=value` that makes a request one of this account's. */
export async function sealedCookie(
  account: string,
  secret: string,
  https: boolean,
): Promise<string> {
  const seal = await sealData({ account }, { password: secret, ttl: 0 });
  return `${https ? "__Host-payonce" : "payonce"}=${seal}`;
}

const BIRDS = [
  "kite",
  "wren",
  "heron",
  "finch",
  "robin",
  "swift",
  "crane",
  "raven",
  "egret",
  "plover",
  "tern",
  "lark",
];

/** The public name of an account, such as kite-42: tells two apart on screen, and gives nothing away. */
export function publicName(account: string): string {
  const digest = createHash("sha256").update(account).digest();
  return `${BIRDS[(digest[0] ?? 0) % BIRDS.length]}-${(digest.readUInt16BE(1) % 90) + 10}`;
}
