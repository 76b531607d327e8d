import type postgres from "postgres";

/** Bytes of WAL for each of `runs`, right after a checkpoint, when every page that is touched is written whole. */
export async function walOf(
  admin: postgres.Sql,
  runs: number,
  run: () => Promise<unknown>,
): Promise<number> {
  await admin`checkpoint`;
  const at = async () =>
    (await admin<{ at: string }[]>`select pg_current_wal_insert_lsn()::text as at`)[0]?.at ?? "0/0";
  const from = await at();
  for (let done = 0; done < runs; done += 1) await run();
  const to = await at();
  const [row] = await admin<{ bytes: string }[]>`
    select pg_wal_lsn_diff(${to}::pg_lsn, ${from}::pg_lsn)::text as bytes`;
  return Number(row?.bytes) / runs;
}
