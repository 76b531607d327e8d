import { z } from "zod";
import { canonicalKey } from "../idempotency/http/index.ts";

/** An idempotency key in a query or a run of the lab, in the one form that is stored. */
export const key = z.string().transform((text, check) => {
  const canonical = canonicalKey(text);
  if (canonical !== undefined) return canonical;
  check.addIssue("One UUID, version 4 or 7");
  return z.NEVER;
});
