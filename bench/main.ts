// What the package costs beside a bare insert, in some two minutes: `npm run bench`. Writes bench/RESULTS.md.
// On DATABASE_ADMIN_URL (an owner's address: it makes and drops a database), else on a PostgreSQL of its own, fsync on.
import { drizzle } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { openDatabase } from "../db/client.ts";
import { migrate } from "../db/migrate.ts";
import { createTestDatabase, createTestTemplate, type TestDatabase } from "../db/test-database.ts";
import { withThrowawayPostgres } from "../db/throwaway-postgres.ts";
import { prepared } from "../server/idempotency/index.ts";
import { openDuplicates } from "./duplicates.ts";
import { measure, type Measured, type Variants } from "./measure.ts";
import { GROUPS, NAMES } from "./names.ts";
import { report } from "./report.ts";
import { TIMINGS } from "./timings.ts";
import { record, variants } from "./variants.ts";
import { walOf } from "./wal.ts";
import { writePage } from "./write-page.ts";

const KEYS = 1_000_000;

/** As many connections as the driver has that all are compared with: sixteen backends in turn are sixteen cold ones. */
const openClient = (url: string, max: number) => postgres(url, { max, fetch_types: false });

/** The package as an app has it that lifts it, over the driver's own client. */
async function runs({ appUrl }: TestDatabase, clients: number, groups?: string[][]) {
  // Three, since Drizzle changes the parsers of the one that it is given.
  const [raw, own, stock] = [1, 2, 3].map(() => openClient(appUrl, clients)) as [Sql, Sql, Sql];
  // Four processes take one key at a time, so they are no use to many clients.
  const processes = clients === 1 && !groups ? await openDuplicates(appUrl) : undefined;
  const all = {
    ...(await variants(prepared(drizzle(own)), raw, drizzle(stock))),
    ...processes?.variants,
  };
  const known: string[][] = Object.values(GROUPS);
  const rest = Object.keys(all).filter((name) => !known.flat().includes(name));
  const measured = new Map<string, Measured>();
  for (const group of groups ?? [...known, rest]) {
    const names = [NAMES.bare, ...group];
    const beside = Object.entries(all).filter(([name]) => names.includes(name));
    for (const one of await measure(Object.fromEntries(beside), clients))
      if (!measured.has(one.name)) measured.set(one.name, one);
  }
  processes?.close();
  await Promise.all([raw, own, stock].map((client) => client.end()));
  return [...measured.values()];
}

/**
 * The same through this project's pool and its guards. Last: its AsyncLocalStorage makes every promise of a process that
 * has used it once dearer, the bare insert's too.
 */
async function guardedRuns({ appUrl }: TestDatabase, clients: number): Promise<Measured[]> {
  const pool = openDatabase({
    url: appUrl,
    max: clients,
    queueMs: 20_000,
    timings: TIMINGS,
    applicationName: "payonce-bench",
  });
  const [raw, stock] = [openClient(appUrl, clients), openClient(appUrl, clients)];
  const all = await variants(pool.db, raw, drizzle(stock));
  const shown = Object.entries(all).filter(([name]) => GUARDED.includes(name));
  const measured = await measure(Object.fromEntries(shown), clients);
  await Promise.all([pool.close(), raw.end(), stock.end()]);
  return measured;
}

/** Each on a table of `KEYS` keys against the same on one that had none, round against round. */
async function grownRuns(empty: TestDatabase, full: TestDatabase): Promise<Measured[]> {
  const clients = [empty, full].flatMap(({ appUrl }) => [
    openClient(appUrl, 1),
    openClient(appUrl, 1),
  ]);
  const [rawEmpty, ownEmpty, rawFull, ownFull] = clients as [Sql, Sql, Sql, Sql];
  const before = await variants(prepared(drizzle(ownEmpty)), rawEmpty, drizzle(ownEmpty));
  const after = await variants(prepared(drizzle(ownFull)), rawFull, drizzle(ownFull));
  const grown: Measured[] = [];
  for (const name of GROWN) {
    const pair = { [`${name}: empty`]: before[name], [name]: after[name] } as Variants;
    const [, measured] = await measure(pair, 1);
    if (measured) grown.push(measured);
  }
  await Promise.all(clients.map((client) => client.end()));
  return grown;
}

const GROWN = [NAMES.record, NAMES.recordOrdinary, NAMES.pay, NAMES.replay];

const GUARDED: string[] = [NAMES.bare, NAMES.record, NAMES.recordOrdinary, NAMES.pay, NAMES.replay];

async function wal({ appUrl }: TestDatabase, admin: Sql) {
  const client = openClient(appUrl, 1);
  const store = prepared(drizzle(client));
  const last = uuidv7();
  await record(store, last);
  const first = await walOf(admin, 1_000, () => record(store, uuidv7()));
  // Once before: what the first replay finds new, it may note down.
  await record(store, last);
  const replay = await walOf(admin, 1_000, () => record(store, last));
  await client.end();
  return { first, replay };
}

/** Completed keys of the last 10^6 ms, each with the time in it, as version 7 has it. */
async function fill(admin: Sql): Promise<void> {
  await admin`
    insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, answer)
    select 'bench', (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint - ${KEYS} + n), 12, '0') || '7' ||
             substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
           'bench.pay', 'v1:' || md5(n::text) || md5(n::text), '{"amount":1998}', false, 'completed', 1, clock_timestamp(), '{"paid":true}'
      from generate_series(1, ${KEYS}::integer) n`;
  await admin`vacuum analyze idempotency_keys`;
}

// oxlint-disable-next-line node/no-process-env -- a program of its own
await withThrowawayPostgres(process.env["DATABASE_ADMIN_URL"], async (adminUrl) => {
  const template = await createTestTemplate(adminUrl, migrate);
  const databases = [
    await createTestDatabase(template),
    await createTestDatabase(template),
  ] as const;
  const admins = databases.map(({ adminUrl: url }) =>
    postgres(url, { max: 1, onnotice: () => {} }),
  );
  for (const admin of admins) {
    await admin`create table bench_effects (id uuid primary key, amount bigint not null)`;
    await admin`grant insert on bench_effects to payonce_app`;
  }
  const [database, untouched] = databases;
  const [admin] = admins as [Sql];
  // Before anything was updated: where rows have died, new ones fill the gaps of old pages, and each of those is written whole.
  const walEmpty = await wal(database, admin);
  const empty = [await runs(database, 1), await runs(database, 16)] as const;
  await fill(admin);
  const judged = [GROUPS.rows, GROUPS.attempts];
  const full = [await runs(database, 1, judged), await runs(database, 16, judged)] as const;
  const walFull = await wal(database, admin);
  const grown = await grownRuns(untouched, database);
  const guarded = [await guardedRuns(database, 1), await guardedRuns(database, 16)] as const;
  const [version] = await admin`show server_version`;
  const text = report({
    empty,
    full,
    grown,
    guarded,
    walEmpty,
    walFull,
    version: String(version?.["server_version"]),
  });
  console.log(text);
  await writePage("RESULTS.md", text);
  await Promise.all(admins.map((one) => one.end()));
  for (const { drop } of databases) await drop();
  await template.drop();
});
process.exit(0);
