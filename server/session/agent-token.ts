import { z } from "zod";
import { seal, type Secrets, unseal } from "./seal.ts";

/** One that was copied somewhere and forgotten opens the account no longer than this. */
const LIFE_MS = 30 * 86_400_000;

const sealed = z.object({ account: z.uuid(), use: z.literal("agent"), endsAtMs: z.number() });

/**
 * Lets a program act for an account without its cookie. Sealed like the cookie and not to be mistaken for it: neither
 * opens the other's door.
 */
export async function makeAgentToken(account: string, secrets: Secrets): Promise<string> {
  return await seal({ account, use: "agent", endsAtMs: Date.now() + LIFE_MS }, secrets);
}

/**
 * The account of `Authorization: Bearer <token>`. Undefined for a missing, damaged or ended one: a new account in its
 * place would be a new scope, in which every key is unused and every retry a second payment.
 */
export async function readAgentToken(
  authorization: string | null,
  secrets: Secrets,
): Promise<string | undefined> {
  const token = /^Bearer (\S{1,1000})$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  const data = (await unseal(token, secrets, sealed))?.data;
  return data && Date.now() < data.endsAtMs ? data.account : undefined;
}
