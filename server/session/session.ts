import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { seal, type Secrets, unseal } from "./seal.ts";

// Nothing more in it: what is sealed for another use opens no session.
const sealed = z.strictObject({ account: z.uuid() });
const YEAR_S = 31_536_000;

export interface Session {
  account: string;
  /** To be set on the answer; undefined when the request brought one that stays. */
  setCookie: string | undefined;
  /** The request named an account that cannot be read: this one is new, and knows none of that one's keys. */
  lost: boolean;
}

/** The account of a request's signed cookie; a new account when there is none or it cannot be read. */
export async function openSession(
  cookies: string | null,
  secrets: Secrets,
  https: boolean,
): Promise<Session> {
  const name = https ? "__Host-payonce" : "payonce";
  const value = cookies
    ?.split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  const known = value ? await unseal(value, secrets, sealed) : undefined;
  const account = known?.data.account ?? randomUUID();
  const stays = known !== undefined && !known.outgoing;
  const setCookie = stays ? undefined : await cookieOf(account, secrets, https);
  return { account, setCookie, lost: Boolean(value) && known === undefined };
}

async function cookieOf(account: string, secrets: Secrets, https: boolean): Promise<string> {
  const pair = await sealedCookie(account, secrets, https);
  return `${pair}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${YEAR_S}${https ? "; Secure" : ""}`;
}

/** Takes the cookie away, under either of its names. */
export const ENDED_COOKIES = [
  "payonce=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
  "__Host-payonce=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
];

/** The `name=value` that makes a request one of this account's. */
export async function sealedCookie(
  account: string,
  secrets: Secrets,
  https: boolean,
): Promise<string> {
  return `${https ? "__Host-payonce" : "payonce"}=${await seal({ account }, secrets)}`;
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

/** The public name of an account, such as kite-42: for people to read, and gives nothing away. There are 1,080: two accounts may share one. */
export function publicName(account: string): string {
  const digest = createHash("sha256").update(account).digest();
  return `${BIRDS[(digest[0] ?? 0) % BIRDS.length]}-${(digest.readUInt16BE(1) % 90) + 10}`;
}

/** 22 characters that are one account's alone, for a browser that must know whether it is still the same. No key to it. */
export function accountTag(account: string): string {
  return createHash("sha256").update(`tag of ${account}`).digest("base64url").slice(0, 22);
}
