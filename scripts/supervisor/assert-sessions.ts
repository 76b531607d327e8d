import postgres from "postgres";
import { errorCode } from "../../db/error-code.ts";

/**
 * What every process here starts its connections with, tried once.
 * @throws with what to do, where a pooler in transaction mode stands before Postgres and nobody has said so
 */
export async function assertSessions(
  databaseUrl: string,
  prepare = process.env.DATABASE_PREPARE,
): Promise<void> {
  if (prepare === "false") return;
  const connection = { lock_timeout: 1_000 };
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, connection });
  try {
    await sql`select 1`;
  } catch (error) {
    if (errorCode(error) !== "08P01") throw error;
    throw new Error(
      `DATABASE_URL leads to a pooler in transaction mode: ${error instanceof Error ? error.message : "it refuses sessions"}.\n` +
        "  What to do: DATABASE_PREPARE=false, and give its roles the time-outs that docs/decisions/0041-behind-a-pooler.md lists.",
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
