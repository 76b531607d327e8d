// What ending old answers costs, by the number of keys there are: `node --import tsx bench/retention.ts 100000 1000000`.
// On DATABASE_ADMIN_URL (an owner's address: it makes and drops a database), else on a PostgreSQL of its own, fsync on.
import { cpus } from "node:os";
import postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { openDatabase, type OpenDatabase } from "../db/client.ts";
import { migrate } from "../db/migrate.ts";
import { createTestDatabase, createTestTemplate } from "../db/test-database.ts";
import { withThrowawayPostgres } from "../db/throwaway-postgres.ts";
import { forget, reap, resumeAbandoned, runOnce } from "../server/idempotency/index.ts";

const TIMINGS = {
  lockMs: 1_000,
  statementMs: 60_000,
  socketMs: 90_000,
  idleInTransactionMs: 5_000,
};
const LIMITS = { leaseMs: 6_000, waitMs: 2_000, recoverWithinMs: 72_000_000 };
const BATCH = 500;
const BATCHES = 30;
const CLAIMS = 1_500;
const DUE = 2 * (BATCHES + 2) * BATCH;

/**
 * As a shop's table after a year: nine of ten keys are tombstones, the rest still have their answer and a step;
 * `DUE` of those are over. Twenty keys an account, two of three hold an order, version 7 keys of their own time.
 */
async function fill(owner: postgres.Sql, rows: number): Promise<void> {
  await owner.unsafe(`
    set synchronous_commit = off; set session_replication_role = replica;
    create function pg_temp.v7(at timestamptz) returns uuid language sql as $$
      select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
              || '8' || substr(md5(random()::text), 1, 15))::uuid $$;
    insert into idempotency_keys (account, key, procedure, fingerprint, input, order_id, holds, state, fence, lease_until, answer, created_at, updated_at)
    select 'account-' || (random() * ${rows} / 20)::integer, pg_temp.v7(at), 'bench.pay', 'v1:' || md5(n::text) || md5(at::text),
           case when live then '{"orderId":"01a2118b-d187-72ba-ae63-688f61ec3651","amount":1998,"currency":"EUR"}' else '' end,
           gen_random_uuid()::text, n % 3 > 0, case when live then 'completed' else 'expired' end, 1, at,
           case when live then '{"status":"paid","orderId":"01a2118b-d187-72ba-ae63-688f61ec3651","chargeId":"01a2118b-d187-72ba-ae63-688f61ec3652","amount":1998}' end,
           at, at
      from (select n, clock_timestamp() - case
                when n > ${rows - DUE} then interval '73 hours'
                when n % 10 = 0 then interval '71 hours' * random()
                else interval '20 days' + interval '470 days' * random() end as at,
              n > ${rows - DUE} or n % 10 = 0 as live
         from generate_series(1, ${rows}) n) each;
    insert into idempotency_steps (account, key, step, request, provider_key, open_sends, last_sent, result, place)
    select account, key, 'charge', input, left(fingerprint, 43), array[1], 1, answer, 1 from idempotency_keys where state = 'completed';
    reset session_replication_role; reset synchronous_commit`);
  await owner.unsafe("vacuum analyze");
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Bytes of WAL that `work` wrote, by its position before and after. Nothing else runs on this server. */
async function walOf(owner: postgres.Sql, work: () => Promise<unknown>): Promise<number> {
  const at = async () =>
    Number((await owner`select pg_current_wal_insert_lsn() - '0/0' as at`)[0]?.["at"]);
  const before = await at();
  await work();
  return (await at()) - before;
}

/** First executions, claim and commit, one after the other: milliseconds of each. */
async function claims({ db }: OpenDatabase, more: (done: number) => boolean): Promise<number[]> {
  const took: number[] = [];
  for (let done = 0; more(done); done += 1) {
    took.push(
      await timed(() =>
        runOnce({
          store: db,
          account: `account-${done}`,
          key: uuidv7(),
          procedure: "bench.pay",
          input: { amount: 1_998 },
          namespace: "bench",
          limits: LIMITS,
          handler: (attempt) => attempt.commit({ paid: true }),
        }),
      ),
    );
  }
  return took;
}

const oneBatch = { batchMax: BATCH, batchesMax: 1 };

async function measure(owner: postgres.Sql, pool: OpenDatabase, reaper: OpenDatabase) {
  await claims(pool, (done) => done < 200);
  const alone = await claims(pool, (done) => done < CLAIMS);
  await owner`checkpoint`;
  const walFirst = await walOf(owner, () => reap(reaper.db, oneBatch));
  const batches: number[] = [];
  const wal = await walOf(owner, async () => {
    for (let batch = 0; batch < BATCHES; batch += 1)
      batches.push(await timed(() => reap(reaper.db, oneBatch)));
  });

  let cleaning = true;
  let ended = 0;
  const cleaner = (async () => {
    for (let batch = 1; batch > 0; ended += batch) batch = await reap(reaper.db, oneBatch);
    cleaning = false;
  })();
  const beside = await claims(pool, () => cleaning);
  await cleaner;
  const vacuumMs = await timed(() => owner`vacuum idempotency_keys`);
  const idle = await timed(() => reap(reaper.db));
  const forgotten: number[] = [];
  let removed = 0;
  for (let batch = 0; batch < 10; batch += 1)
    forgotten.push(await timed(async () => (removed += await forget(reaper.db, BATCH))));
  const completer = await timed(() => resumeAbandoned(reaper.db, async () => {}));
  return {
    "batch of 500, p50 / max": `${quantile(batches, 0.5).toFixed(1)} / ${Math.max(...batches).toFixed(1)} ms`,
    "WAL a key: after a checkpoint / then": `${Math.round(walFirst / BATCH)} / ${Math.round(wal / BATCH / BATCHES)} B`,
    "claim and commit, p50 / p99, alone": `${quantile(alone, 0.5).toFixed(2)} / ${quantile(alone, 0.99).toFixed(2)} ms`,
    "the same beside a reaper without pause": `${quantile(beside, 0.5).toFixed(2)} / ${quantile(beside, 0.99).toFixed(2)} ms (${ended} ended meanwhile)`,
    "round with nothing to end": `${idle.toFixed(1)} ms`,
    "forget 500, p50": `${quantile(forgotten, 0.5).toFixed(1)} ms (${removed} removed)`,
    "completer's look": `${completer.toFixed(1)} ms`,
    "vacuum behind it": `${(vacuumMs / 1_000).toFixed(1)} s`,
  };
}

async function sizes(owner: postgres.Sql): Promise<Record<string, string>> {
  const rows = await owner<{ name: string; bytes: string }[]>`
    select c.relname as name, pg_relation_size(c.oid)::text as bytes from pg_class c
     where c.relname ~ '^idempotency_(keys|one_per|replay|forget|steps)' and c.relkind in ('r', 'i') order by 1`;
  return Object.fromEntries(
    rows.map(({ name, bytes }) => [name, `${(Number(bytes) / 2 ** 20).toFixed(1)} MiB`]),
  );
}

// oxlint-disable-next-line node/no-process-env -- a program of its own
await withThrowawayPostgres(process.env["DATABASE_ADMIN_URL"], async (adminUrl) => {
  const template = await createTestTemplate(adminUrl, migrate);
  const asked = process.argv.slice(2).map(Number);
  for (const rows of asked.length > 0 ? asked : [100_000, 1_000_000]) {
    const database = await createTestDatabase(template);
    const owner = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
    const [version] = await owner`show server_version`;
    const { length, [0]: cpu } = cpus();
    console.log(
      `\n${rows.toLocaleString("en")} keys. ${new Date().toISOString()}: Node ${process.version}, ` +
        `PostgreSQL ${String(version?.["server_version"])}, ${length} × ${cpu?.model}`,
    );
    const filled = await timed(() => fill(owner, rows));
    console.log(`filled in ${Math.round(filled / 1_000)} s`, await sizes(owner));
    const open = (applicationName: string) =>
      openDatabase({ url: database.appUrl, max: 4, timings: TIMINGS, applicationName });
    const [pool, reaper] = [open("claims"), open("reaper")];
    for (const [what, value] of Object.entries(await measure(owner, pool, reaper)))
      console.log(`${what.padEnd(40)}${value}`);
    await Promise.all([pool.close(), reaper.close(), owner.end()]);
    await database.drop();
  }
  await template.drop();
});
process.exit(0);
