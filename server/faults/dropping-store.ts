import { drizzle } from "drizzle-orm/postgres-js";
import type { Database, OpenDatabase } from "../../db/client.ts";
import { currentArrival } from "./engine.ts";

/**
 * The database, except that a commit whose arrival meets `database-drop-*` runs on a connection of its own that
 * really dies: its backend is terminated before COMMIT (nothing is there) or after it (everything is there and
 * nobody heard of it).
 */
export function droppingStore({ db, withConnection }: OpenDatabase): Database {
  const execute: Database["execute"] = ((statement: Parameters<Database["execute"]>[0]) => {
    const arrival = currentArrival();
    const when = arrival?.atCommit;
    if (!arrival || !when) return db.execute(statement);
    delete arrival.atCommit;
    return withConnection(async (sql) => {
      const doomed = drizzle(sql);
      const [own] = await doomed.execute("select pg_backend_pid() as pid");
      await doomed.execute("begin");
      const rows = await doomed.execute(statement);
      if (when === "after") await doomed.execute("commit");
      await db.execute(`select pg_terminate_backend(${Number(own?.["pid"])})`);
      // The connection is dead by now or dies on this: the error is the driver's own.
      await doomed.execute("commit");
      await doomed.execute("select 1");
      return rows;
    });
  }) as Database["execute"];
  return new Proxy(db, {
    get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name, target)),
  });
}
