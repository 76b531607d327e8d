import { sql, type SQL } from "drizzle-orm";

interface Need {
  /** What of it is said when it is not so: a setting by its name. */
  name: string;
  found: SQL;
  good: readonly string[];
  mend: string;
}

/**
 * What the promise stands on, in whatever session the application's role is given. Our own pool starts its sessions with the first two
 * (`db/driver/driver-options.ts`); behind a pooler they are the role's, and a primary that becomes a standby is nobody's to set.
 */
const NEEDS: readonly Need[] = [
  {
    name: "transaction_isolation",
    found: sql`current_setting('transaction_isolation')`,
    // A statement that waited must see what it waited for: of a refund or a save that came at once, the sum or the claim.
    good: ["read committed"],
    mend: "alter role payonce_app set default_transaction_isolation = 'read committed'",
  },
  {
    name: "synchronous_commit",
    found: sql`current_setting('synchronous_commit')`,
    // What was answered must be there after a crash, and what was sent must be remembered.
    good: ["on", "remote_apply"],
    mend: "alter role payonce_app set synchronous_commit = on",
  },
  {
    name: "pg_is_in_recovery()",
    found: sql`pg_is_in_recovery()::text`,
    good: ["false"],
    mend: "have DATABASE_URL lead to the primary: this is a standby",
  },
  {
    name: "transaction_read_only",
    found: sql`current_setting('transaction_read_only')`,
    good: ["off"],
    mend: "undo default_transaction_read_only where it was set, on the role, the database or the server; a standby has it by itself",
  },
];

/** An expression for a statement of the application's own role: an object of what was found, by name. Read by {@link lacking}. */
export const sessionFound: SQL = sql`json_build_object(${sql.join(
  NEEDS.flatMap(({ name, found }) => [sql`${name}::text`, found]),
  sql`, `,
)})::text`;

/** What of it is not as it must be, a sentence each, with what to do. */
export function lacking(found: string): string[] {
  const values: Record<string, string> = JSON.parse(found);
  return NEEDS.filter(({ name, good }) => !good.includes(values[name] ?? "")).map(
    ({ name, mend }) => `${name} is ${values[name] ?? "not known"}: ${mend}.`,
  );
}
