import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../db/client.ts";
import { testTimings } from "../db/driver/conformance/pool-under-test.ts";
import { migrate } from "../db/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../db/test-database.ts";
import { assertSessions } from "../scripts/supervisor/assert-sessions.ts";
import { startBankProcess, startSuppliersProcess } from "./test-kit/partner-process.ts";
import { openPoolerDoor, type PoolerDoor } from "./test-kit/pooler-door.ts";
import { runJobs } from "./worker/run-jobs.ts";

let database: TestDatabase;
let door: PoolerDoor;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  door = await openPoolerDoor(database.appUrl);
  return () => door.close();
});

/** Each opens its connections, does what it is there for, and lets go. */
const PROGRAMS: Record<string, (database: TestDatabase, prepare: boolean) => Promise<void>> = {
  async "the bank"({ bankUrl }, prepare) {
    const bank = await startBankProcess(bankUrl, { DATABASE_PREPARE: `${prepare}` });
    onTestFinished(bank.stop);
    const charge = await fetch(`${bank.url}/v1/payment_intents`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_payonce" },
      body: new URLSearchParams(
        "amount=100&currency=eur&payment_method=pm_card_visa&confirm=true&payment_method_types[]=card",
      ),
    });
    expect(await charge.json()).toMatchObject({ status: "succeeded" });
  },
  async "the suppliers"({ suppliersUrl }, prepare) {
    const suppliers = await startSuppliersProcess(suppliersUrl, { DATABASE_PREPARE: `${prepare}` });
    onTestFinished(suppliers.stop);
    const journal = await fetch(`${suppliers.url}/v1/journal?account=nobody`);
    expect(journal.status).toBe(200);
  },
  async "the pool of web and worker"({ appUrl }, prepare) {
    const pool = open(appUrl, prepare);
    const rows = await pool.db.execute(sql`select ${1}::integer as one`);
    expect([...rows]).toEqual([{ one: 1 }]);
  },
  async "the runner of jobs"({ appUrl: databaseUrl }, prepare) {
    const pool = open(database.appUrl, true);
    const stop = new AbortController();
    const tasks = { knock: () => stop.abort() };
    await pool.db.execute(sql`select graphile_worker.add_job('knock')`);
    await runJobs({ db: pool.db, databaseUrl, prepare, tasks, pollMs: 50 }, stop.signal);
  },
};

function open(url: string, prepare: boolean) {
  const [timings, applicationName] = [testTimings, "behind-a-pooler"];
  const pool = openDatabase({ url, max: 2, timings, applicationName, prepare });
  onTestFinished(() => pool.close());
  return pool;
}

/** The same addresses, by way of the door. */
function behind({ url }: PoolerDoor): TestDatabase {
  const by = (address: string) => Object.assign(new URL(address), { host: new URL(url).host }).href;
  const { adminUrl, appUrl, bankUrl, suppliersUrl } = database;
  return {
    ...database,
    adminUrl: by(adminUrl),
    appUrl: by(appUrl),
    bankUrl: by(bankUrl),
    suppliersUrl: by(suppliersUrl),
  };
}

test.each(Object.keys(PROGRAMS))(
  "behind a pooler in transaction mode %s works, asks for no session of its own and leaves nothing in one",
  async (program) => {
    await PROGRAMS[program]?.(behind(door), false);
    expect(door).toMatchObject({ refused: [], prepared: [] });
  },
);

test("four migrations at once ask for no session and leave no statement in one", async () => {
  const { adminUrl, appUrl, bankUrl, suppliersUrl } = behind(door);
  const urls = { adminUrl, appUrl, bankUrl, suppliersUrl };
  await Promise.all(Array.from({ length: 4 }, () => migrate(urls)));
  expect(door).toMatchObject({ refused: [], prepared: [] });
});

test("no program here takes a lock of a session: a pooler would keep it for a backend that it lends to others", () => {
  const sources = ["app", "db", "scripts", "server"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const product = sources.filter((name) => /\.(tsx?|sql)$/.test(name) && !/test/.test(name));
  expect(product.length).toBeGreaterThan(300);
  const locking = product.filter((name) =>
    /pg_(try_)?advisory_lock(_shared)?\(/.test(readFileSync(name, "utf8")),
  );
  expect(locking).toEqual([]);
});

test("known bad: a pool that starts sessions of its own is refused by a pooler", async () => {
  const { appUrl } = behind(door);
  await expect(open(appUrl, true).sql`select 1`).rejects.toThrow("startup parameter");
  expect(door.refused).not.toEqual([]);
});

test("a demo that is not told of the pooler before its PostgreSQL does not start, and says what to do", async () => {
  const { adminUrl } = behind(door);
  await expect(assertSessions(adminUrl, "true")).rejects.toThrow(
    /takes no settings of a session.*\n.*DATABASE_PREPARE=false/,
  );
  await assertSessions(adminUrl, "false");
  await assertSessions(database.adminUrl, "true");
  // Nobody is there: the migration says so, and what to do.
  await assertSessions("postgres://owner:secret@127.0.0.1:1/payonce", "true");
});

test("known bad: a runner of jobs that may prepare statements leaves them in another's session", async () => {
  await PROGRAMS["the runner of jobs"]?.(behind(door), true);
  expect(door.prepared).not.toEqual([]);
});
