import { TRPCError } from "@trpc/server";
import { isConnectionError } from "../../db/driver/is-connection-error.ts";
import { env } from "../env.ts";
import { nameError } from "./name-error.ts";
import { traceId } from "./trace-id.ts";

const CAUSES_MAX = 8;

/**
 * Of an error that a page's read throws, Next hands `digest` to the browser and prints it with the error: there it
 * becomes a code and a trace id, by which the screen and the server's log are brought together. What is thrown is a new
 * error without a cause: Next prints all of one, and Drizzle's holds its statement and the values, an account among them.
 */
export async function withDigest<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    const away = isDatabaseAway(error);
    const code = away ? "STORE_UNAVAILABLE" : error instanceof TRPCError ? error.code : "INTERNAL";
    // Read again by app/frame/read-digest.ts.
    const digest = [code, traceId(), away && host()].filter(Boolean).join(" ");
    const origin = error instanceof TRPCError ? (error.cause ?? error) : error;
    throw Object.assign(new Error(`${code} (${nameError(origin)})`), { digest });
  }
}

/** Where the database should be. Its reader is its owner: elsewhere than on one's own machine faults are off. */
function host(): string | undefined {
  const { databaseUrl, faults } = env.app();
  return faults ? new URL(databaseUrl).host || undefined : undefined;
}

function isDatabaseAway(error: unknown): boolean {
  let level = error;
  for (let depth = 0; depth < CAUSES_MAX && level instanceof Error; depth += 1) {
    if (isConnectionError(level)) return true;
    level = level.cause;
  }
  return false;
}
