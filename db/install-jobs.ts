import { Logger, runMigrations } from "graphile-worker";
import type { Sql } from "postgres";

/**
 * What the application's role needs to enqueue a job in a commit of its own, and to run it. The library
 * switches row security on and leaves the policy to us: without one its tables look empty to everybody but their owner.
 * One that stands as it should is left: to make it anew takes the queue from everybody, and behind a long reader of it (a
 * dump) every payment's commit waited for us.
 */
export const JOB_RIGHTS = `
  grant usage on schema graphile_worker to :app;
  grant select, insert, update, delete on all tables in schema graphile_worker to :app;
  grant usage on all sequences in schema graphile_worker to :app;
  revoke insert, update, delete on graphile_worker.migrations from :app;
  do $$
  declare
    jobs record;
  begin
    for jobs in
      select tablename from pg_tables t where schemaname = 'graphile_worker' and rowsecurity and not exists (
        select 1 from pg_policies p
         where p.schemaname = t.schemaname and p.tablename = t.tablename and p.policyname = 'runner'
           and p.roles = array[(select rolname from pg_roles where oid = ':app'::regrole)] and p.permissive = 'PERMISSIVE' and p.cmd = 'ALL'
           and p.qual = 'true' and p.with_check = 'true')
    loop
      execute format('drop policy if exists runner on graphile_worker.%I', jobs.tablename);
      execute format('create policy runner on graphile_worker.%I to :app using (true) with check (true)', jobs.tablename);
    end loop;
  end $$;`;

/** The library asks for this table first; without it PostgreSQL logs an error on each first start. */
const FIRST_TABLE = `
  create schema if not exists graphile_worker;
  create table if not exists graphile_worker.migrations
    (id int primary key, ts timestamptz default now() not null, breaking boolean not null default false);`;

/** graphile-worker's own schema, by its own migrations: as the owner, so that no process needs rights to change it. */
export async function installJobs(sql: Sql, adminUrl: string): Promise<void> {
  await sql.unsafe(FIRST_TABLE);
  await runMigrations({ connectionString: adminUrl, maxPoolSize: 1, logger: silent });
}

const silent = new Logger(() => () => {});
