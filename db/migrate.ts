import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { changeBriefly, type Patience } from "./change-briefly.ts";
import { errorCode } from "./error-code.ts";
import { installJobs, JOB_RIGHTS } from "./install-jobs.ts";

export interface MigrateOptions {
  /** The owner: may create tables, roles and schemas. */
  adminUrl: string;
  /** The application's role; made when missing, its password set to the address's. */
  appUrl: string;
  /** The bank's role, as above; it owns the schema `bank` and has no right anywhere else. */
  bankUrl: string;
  /** The suppliers' role: the schema `suppliers` and nothing else. */
  suppliersUrl: string;
}

const here = new URL("./migrations/", import.meta.url);
const packageMigration = new URL("../server/idempotency/migration.sql", import.meta.url);
/** Former editions of a file. What has changed since in the package's is in a migration of ours. */
const FORMER_EDITIONS = new Set([
  // Until 0013_cheaper_claims.sql
  "c7f9d7a4a7cd7e1142d8c7baf59471883ef0448bb0c5a3a4f6fc9a1ee06d0a58",
  // Until 0014_cheaper_rows.sql
  "a8e454701347067f508944e6946c7d6bbddc4cde75cf808b70f9a63856df5c2b",
  // Until 0015_owner_functions.sql
  "adbd28340d217b80f2c149a98df0a9592fb602d3d36c0b69bb889c1c45c89bb1",
  // Until 0017_forget_in_order.sql
  "4737e2a0ab1a768266ad2f22f3863652a71620c3d5f8401704b36449bb01e9b4",
  // 0015_owner_functions.sql while it told everybody's functions of the schema where to look, and not ours alone
  "1945bcc61eb195b37416c291faccc72920df0becacfb1686e14c03da655ffaa3",
]);
/** Any constant: two supervisors that start at once must not migrate at once. */
const MIGRATION_LOCK = 7_201_114;

const APP_RIGHTS = `
  revoke all on all tables in schema public from :app;
  grant usage on schema public to :app;
  grant select on all tables in schema public to :app;
  grant insert, update on idempotency_keys, idempotency_steps to :app;
  grant execute on function idempotency_reap, idempotency_forget to :app;
  grant insert, update on orders to :app;
  grant insert on webhook_inbox to :app;
  grant execute on function webhook_inbox_forget to :app;
  grant insert, update on lab_seen_events to :app;
  grant insert, update on lab_agent_steps to :app;
  grant insert on charges, refunds, postings, ledger_entries to :app;
  grant insert, update on receipts, lab_receipts_check_then_act to :app;
  grant insert on mailbox to :app;
  grant execute on function refund_left, refund_admit, refund_fits to :app;
  grant insert, update on reconciliation_findings, reconciliation_rounds to :app;
  grant insert, update, delete on timeline_arrivals, timeline_events, fault_plans, rate_buckets, worker_heartbeats to :app;
  grant insert, update, delete on lab_requests, lab_keys, lab_payments, lab_receipts, lab_events, lab_gates, lab_attempts, lab_held to :app;
  grant insert, update, delete on storms, storm_history, lab_orders, lab_effects to :app;`;

/**
 * Applies what is missing, each file in a transaction of its own, and sets roles and rights anew every time.
 * @param patience with whoever holds what is to be changed; what it waits for is told to `say`
 * @throws when a file that was applied has been edited since, a statement fails, or somebody holds on; nothing is half done
 */
export async function migrate(
  { adminUrl, appUrl, bankUrl, suppliersUrl }: MigrateOptions,
  patience: Patience = {},
): Promise<void> {
  const sql = postgres(adminUrl, {
    max: 2,
    prepare: false,
    fetch_types: false,
    onnotice: () => {},
  });
  const work = async (beside: postgres.TransactionSql) => {
    const change: Change = (what, run) => changeBriefly({ sql, beside, what }, run, patience);
    await applyMissing(sql, change);
    await installJobs(sql, adminUrl);
    await setRights(change, { appUrl, bankUrl, suppliersUrl });
  };
  try {
    while (!(await alone(sql, work))) await sleep(100);
  } finally {
    await sql.end();
  }
}

/**
 * False: another migration is at work on this database, and nothing was done. The lock is a transaction's, beside the work: a
 * session's would stay with a backend that a pooler lends to others. Who waits for it holds no backend meanwhile.
 */
async function alone(
  sql: postgres.Sql,
  work: (beside: postgres.TransactionSql) => Promise<void>,
): Promise<boolean> {
  return await sql.begin(async (gate) => {
    const [row] = await gate`select pg_try_advisory_xact_lock(${MIGRATION_LOCK}) as mine`;
    if (row?.["mine"] !== true) return false;
    await gate`set local idle_in_transaction_session_timeout = 0`;
    await work(gate);
    return true;
  });
}

type Change = (what: string, run: (tx: postgres.TransactionSql) => Promise<void>) => Promise<void>;

async function applyMissing(sql: postgres.Sql, change: Change): Promise<void> {
  await sql`create table if not exists schema_migrations
    (name text primary key, sha256 text not null, applied_at timestamptz not null default clock_timestamp())`;
  const applied = new Map(
    (await sql`select name, sha256 from schema_migrations`).map((row) => [
      row["name"],
      row["sha256"],
    ]),
  );
  for (const { name, text } of migrations()) {
    const sha256 = createHash("sha256").update(text).digest("hex");
    const before = applied.get(name);
    if (before === sha256 || FORMER_EDITIONS.has(before)) continue;
    if (applied.has(name)) {
      throw new Error(
        `Migration ${name} was edited after it had been applied. Write a new one instead.`,
      );
    }
    await change(`Migration ${name}`, async (tx) => {
      await tx.unsafe(text);
      await tx`insert into schema_migrations (name, sha256) values (${name}, ${sha256})`;
    });
  }
}

async function setRights(
  change: Change,
  { appUrl, bankUrl, suppliersUrl }: Omit<MigrateOptions, "adminUrl">,
): Promise<void> {
  const set = async (tx: postgres.TransactionSql) => {
    const app = await ensureRole(tx, appUrl);
    await tx.unsafe(APP_RIGHTS.replaceAll(":app", app));
    await tx.unsafe(JOB_RIGHTS.replaceAll(":app", app));
    for (const [schema, url] of [
      ["bank", bankUrl],
      ["suppliers", suppliersUrl],
    ] as const) {
      const owner = await ensureRole(tx, url);
      await tx.unsafe(`create schema if not exists ${schema}`);
      await tx.unsafe(`alter schema ${schema} owner to ${owner}`);
      await tx.unsafe(`revoke all on schema public from ${owner}`);
    }
  };
  for (let left = 20; ; left -= 1) {
    try {
      return await change("The setting of rights", set);
    } catch (error) {
      // Roles are the whole server's, and its other databases may migrate at this moment: "tuple concurrently updated".
      if (left === 0 || errorCode(error) !== "XX000") throw error;
      await sleep(50 + Math.random() * 100);
    }
  }
}

export function migrations(): { name: string; text: string }[] {
  const ours = readdirSync(here)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  return [
    { name: "0000_idempotency.sql", text: readFileSync(packageMigration, "utf8") },
    ...ours.map((name) => ({ name, text: readFileSync(new URL(name, here), "utf8") })),
  ];
}

async function ensureRole(tx: postgres.TransactionSql, url: string): Promise<string> {
  const { username, password } = new URL(url);
  const role = decodeURIComponent(username);
  const quoted = `"${role.replaceAll('"', '""')}"`;
  const [known] = await tx`select 1 from pg_roles where rolname = ${role}`;
  if (!known) await tx.unsafe(`create role ${quoted} login`);
  const [may] =
    await tx`select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user`;
  if (may?.["may"]) {
    const [statement] =
      await tx`select format('alter role %I login password %L', ${role}::text, ${decodeURIComponent(password)}::text) as text`;
    await tx.unsafe(String(statement?.["text"]));
    await tx.unsafe(`grant ${quoted} to current_user`);
  }
  return quoted;
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  const { env } = await import("../server/env.ts");
  await migrate(env.migration(), { say: console.log });
}
