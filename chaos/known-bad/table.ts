import { CLAIMS } from "./claims.ts";
import { COMMITS } from "./commits.ts";
import { HANDLERS } from "./handlers.ts";
import { KEEPING } from "./keeping.ts";
import type { KnownBad } from "./known-bad.ts";
import { REFUSALS } from "./refusals.ts";

/** Every defence taken out once. Each must turn the histories red: a green one fails the suite. */
export const KNOWN_BAD: KnownBad[] = [...CLAIMS, ...COMMITS, ...HANDLERS, ...KEEPING, ...REFUSALS];
