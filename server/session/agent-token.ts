import { sealData, unsealData } from "iron-session";
import { z } from "zod";

const sealed = z.object({ account: z.uuid(), use: z.literal("agent") });

/**
 * Lets a program act for an account without its cookie. Sealed like the cookie and not to be mistaken for it: neither
 * opens the other's door.
 */
export async function makeAgentToken(account: string, secret: string): Promise<string> {
  return await sealData({ account, use: "agent" }, { password: secret, ttl: 0 });
}

/**
 * The account of `Authorization: Bearer <token>`. Undefined for a missing or damaged one: a new account in its place
 * would be a new scope, in which every key is unused and every retry a second payment.
 */
export async function readAgentToken(
  authorization: string | null,
  secret: string,
): Promise<string | undefined> {
  const token = /^Bearer (\S{1,1000})$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  const found = await unsealData(token, { password: secret, ttl: 0 }).catch(() => null);
  return sealed.safeParse(found).data?.account;
}
