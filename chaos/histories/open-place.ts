import postgres from "postgres";
import { openDatabase } from "../../db/client.ts";
import { createTestDatabase, type TestTemplate } from "../../db/test-database.ts";
import { createBooks } from "./books.ts";
import type { Variant } from "./variant.ts";
import type { Place } from "./world.ts";

/** No limit of time decides anything here: a slow machine makes histories slow, not different. */
const PATIENT = {
  lockMs: 40_000,
  statementMs: 50_000,
  socketMs: 55_000,
  idleInTransactionMs: 55_000,
};

/** A migrated database of its own, with the application's rights for the package and the owner's for us. */
export async function openPlace(
  variant: Variant,
  template?: TestTemplate,
): Promise<Place & { close(): Promise<void> }> {
  const database = await createTestDatabase(template);
  const owner = postgres(database.adminUrl, { max: 12, fetch_types: false, onnotice: () => {} });
  await createBooks(owner);
  await variant.prepare?.(owner);
  const pool = openDatabase({
    url: database.appUrl,
    max: 16,
    queueMax: 10_000,
    queueMs: 50_000,
    timings: PATIENT,
    applicationName: "histories",
  });
  return {
    db: pool.db,
    owner,
    async close() {
      await Promise.all([pool.close(), owner.end({ timeout: 1 })]);
      await database.drop();
    },
  };
}
