import type postgres from "postgres";

/** Bytes of WAL for each of `runs`, right after a checkpoint, when every page that is touched is written whole. */
export async function walOf(
  admin: postgres.Sql,
  runs: number,
  run: () => Promise<unknown>,
): Promise<number> {
  const now = async () => {
    const [row] = await admin<{ at: string; redo: string }[]>`
      select pg_current_wal_insert_lsn()::text as at, redo_lsn::text as redo from pg_control_checkpoint()`;
    return row ?? { at: "0/0", redo: "" };
  };
  for (;;) {
    await admin`checkpoint`;
    const from = await now();
    for (let done = 0; done < runs; done += 1) await run();
    const to = await now();
    // Another checkpoint meanwhile, and the same pages are written whole a second time.
    if (to.redo !== from.redo) continue;
    const [row] = await admin<{ bytes: string }[]>`
      select pg_wal_lsn_diff(${to.at}::pg_lsn, ${from.at}::pg_lsn)::text as bytes`;
    return Number(row?.bytes) / runs;
  }
}
