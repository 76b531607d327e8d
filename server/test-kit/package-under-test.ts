import postgres from "postgres";
import { afterAll, beforeAll } from "vitest";
import { openDatabase, type OpenDatabase } from "../../db/client.ts";
import { createTestDatabase, type TestDatabase } from "../../db/test-database.ts";
import { createEffects } from "./intent.ts";

export interface PackageUnderTest {
  /** The application's role, its pool and its driver. */
  readonly pool: OpenDatabase;
  /** A second pool, as another instance has it. */
  readonly another: OpenDatabase;
  /** The owner of the clone: reads everything, and breaks what a test wants broken. */
  readonly owner: postgres.Sql;
  readonly database: TestDatabase;
}

/** Longer than any wait of the tests, so that only what a test asks for ends a statement. */
const PATIENT = { lockMs: 3_000, statementMs: 4_000, socketMs: 5_000, idleInTransactionMs: 5_000 };
/** As patient: eighty duplicates on ten connections of a busy machine wait longer for one than a request should. */
const QUEUE_MS = 4_000;

/** The package on a real Postgres of this file alone. The fields may be read inside tests only. */
export function packageUnderTest(timings = PATIENT): PackageUnderTest {
  let parts: PackageUnderTest | undefined;

  beforeAll(async () => {
    const database = await createTestDatabase();
    const owner = postgres(database.adminUrl, { max: 6, fetch_types: false, onnotice: () => {} });
    await createEffects(owner);
    const open = (applicationName: string) =>
      openDatabase({
        url: database.appUrl,
        max: 10,
        queueMs: QUEUE_MS,
        timings,
        applicationName,
      });
    parts = { database, owner, pool: open("instance-1"), another: open("instance-2") };
  });

  afterAll(async () => {
    await Promise.all([parts?.pool.close(), parts?.another.close()]);
    await parts?.owner.end({ timeout: 1 });
    await parts?.database.drop();
  });

  const started = () => {
    if (parts === undefined) throw new Error("The database is there inside tests only");
    return parts;
  };
  return {
    get pool() {
      return started().pool;
    },
    get another() {
      return started().another;
    },
    get owner() {
      return started().owner;
    },
    get database() {
      return started().database;
    },
  };
}
