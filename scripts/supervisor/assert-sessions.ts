import postgres from "postgres";
import { errorCode } from "../../db/error-code.ts";

/**
 * What every process here starts its connections with, tried once. Whatever else is wrong with the address, whoever uses it next says.
 * @throws with what to do, where a pooler stands before Postgres that takes no settings of a session, and nobody has said so
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
    // PgBouncer has one code for all that it says itself.
    if (errorCode(error) !== "08P01" || !/startup parameter/.test(String(error))) return;
    throw new Error(
      "DATABASE_URL leads to a pooler that takes no settings of a session.\n" +
        "  What to do: DATABASE_PREPARE=false, and give its roles the settings that docs/decisions/0041-behind-a-pooler.md lists.",
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
