import postgres from "postgres";

/** An owner's connection beside the pool under test: it looks on, and it kills. */
export interface Admin {
  sql: postgres.Sql;
  /** Ends the backend, and returns when it is gone. */
  kill(pid: number): Promise<void>;
  /** Returns once the backend runs `pg_sleep`, so that a statement is in flight for certain. */
  untilAsleep(pid: number): Promise<void>;
  /** Ends every backend of that name at once; says how many there were. */
  killAll(applicationName: string): Promise<number>;
  idleInTransaction(applicationName: string): Promise<number>;
  end(): Promise<void>;
}

export function openAdmin(adminUrl: string): Admin {
  const sql = postgres(adminUrl, { max: 2, fetch_types: false, onnotice: () => {} });
  return {
    sql,
    async kill(pid) {
      // The time-out makes it wait until the process has ended, not only until the signal is out.
      await sql`select pg_terminate_backend(${pid}, 5000)`;
    },
    async untilAsleep(pid) {
      for (;;) {
        const [row] = await sql`select wait_event from pg_stat_activity where pid = ${pid}`;
        if (row?.["wait_event"] === "PgSleep") return;
      }
    },
    async killAll(applicationName) {
      const rows = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = ${applicationName} and pid <> pg_backend_pid()`;
      return rows.length;
    },
    async idleInTransaction(applicationName) {
      const rows = await sql`select pid from pg_stat_activity
        where application_name = ${applicationName} and state like 'idle in transaction%'`;
      return rows.length;
    },
    end: () => sql.end(),
  };
}
