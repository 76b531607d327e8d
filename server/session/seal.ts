import { sealData, unsealData } from "iron-session";
import type { z } from "zod";

/** The first seals, and each one opens: those behind it are on their way out. */
export type Secrets = readonly [string, ...string[]];

export async function seal(data: object, [secret]: Secrets): Promise<string> {
  return await sealData(data, { password: secret, ttl: 0 });
}

/** What was sealed under one of the secrets; undefined for anything else. `outgoing`: not under the first of them. */
export async function unseal<Shape>(
  text: string,
  secrets: Secrets,
  shape: z.ZodType<Shape>,
): Promise<{ data: Shape; outgoing: boolean } | undefined> {
  for (const [at, password] of secrets.entries()) {
    const found = shape.safeParse(await unsealData(text, { password, ttl: 0 }).catch(() => null));
    if (found.success) return { data: found.data, outgoing: at > 0 };
  }
  return undefined;
}
