import type postgres from "postgres";

/** Made by the owner in a clone: what a handler writes, and a log of the package's rows that only a trigger writes. */
export async function createBooks(owner: postgres.Sql): Promise<void> {
  await owner.unsafe(`
    create table history_entries
      (account text not null, key uuid not null, amount integer not null, fence integer not null, written_by integer not null);
    create index on history_entries (account);
    create table history_jobs (account text not null, key uuid not null);
    create index on history_jobs (account);
    create table history_heard (account text not null, key uuid not null);
    create index on history_heard (account);
    create table history_log
      (seq bigserial, account text not null, key uuid not null, op text not null, was text, was_fence integer,
       state text, fence integer, answer_changed boolean);
    create index on history_log (account);
    grant select, insert on history_entries, history_jobs, history_heard to payonce_app;
    create function history_write() returns trigger language plpgsql security definer set search_path from current as $$
    begin
      if tg_op = 'INSERT' then
        insert into history_log (account, key, op, state, fence) values (new.account, new.key, tg_op, new.state, new.fence);
      elsif tg_op = 'DELETE' then
        insert into history_log (account, key, op, was, was_fence) values (old.account, old.key, tg_op, old.state, old.fence);
      else
        insert into history_log (account, key, op, was, was_fence, state, fence, answer_changed)
        values (new.account, new.key, tg_op, old.state, old.fence, new.state, new.fence,
                old.answer is not null and new.answer is not null and old.answer <> new.answer);
      end if;
      return null;
    end $$;
    create trigger history_write after insert or update or delete on idempotency_keys
      for each row execute function history_write()`);
}

export interface KeyRow {
  account: string;
  key: string;
  state: string;
  fence: number;
  answer: string | null;
  review: string | null;
  order_id: string | null;
  holds: boolean;
}
export interface LogRow {
  account: string;
  key: string;
  op: "INSERT" | "UPDATE" | "DELETE";
  was: string;
  was_fence: number;
  state: string;
  fence: number;
  answer_changed: boolean;
}
export interface Books {
  keys: KeyRow[];
  log: LogRow[];
  entries: { account: string; key: string; amount: number; fence: number; written_by: number }[];
  jobs: { account: string; key: string }[];
  /** What rode alongside a commit. */
  heard: { account: string; key: string }[];
}

/** Everything that is written down about two accounts. */
export async function readBooks(owner: postgres.Sql, accounts: string[]): Promise<Books> {
  const [one = "", two = ""] = accounts;
  const [row] = await owner<{ books: string }[]>`
    with named as (select * from idempotency_keys where account in (${one}, ${two}))
    select json_build_object(
      'keys', (select coalesce(json_agg(json_build_object('account', account, 'key', key, 'state', state, 'fence', fence,
                 'answer', answer, 'review', review, 'order_id', order_id, 'holds', holds)), '[]') from named),
      'log', (select coalesce(json_agg(to_json(l) order by l.seq), '[]') from history_log l where account in (${one}, ${two})),
      'entries', (select coalesce(json_agg(to_json(e)), '[]') from history_entries e where account in (${one}, ${two})),
      'jobs', (select coalesce(json_agg(to_json(j)), '[]') from history_jobs j where account in (${one}, ${two})),
      'heard', (select coalesce(json_agg(to_json(h)), '[]') from history_heard h where account in (${one}, ${two})))::text as books`;
  return JSON.parse(row?.books ?? "{}");
}

export async function statesOf(owner: postgres.Sql, accounts: string[]): Promise<KeyRow[]> {
  const [one = "", two = ""] = accounts;
  return await owner<KeyRow[]>`
    select account, key, state, fence, answer, review, order_id, holds from idempotency_keys where account in (${one}, ${two})`;
}

/** What {@link bytesOf} says of a key that is not there. */
export const NO_ROW = "nothing";

/** Every byte of one key, to see that somebody whose time is over wrote none. */
export async function bytesOf(owner: postgres.Sql, account: string, key: string): Promise<string> {
  const [row] = await owner<{ bytes: string }[]>`
    select concat(coalesce((select to_json(k)::text from idempotency_keys k where account = ${account} and key = ${key}), ${NO_ROW}::text),
                  (select json_agg(to_json(s) order by step) from idempotency_steps s where account = ${account} and key = ${key}),
                  (select count(*) from history_entries where account = ${account} and key = ${key}),
                  (select count(*) from history_jobs where account = ${account} and key = ${key}),
                  (select count(*) from history_heard where account = ${account} and key = ${key})) as bytes`;
  const bytes = row?.bytes ?? "";
  return bytes.startsWith(NO_ROW) ? NO_ROW : bytes;
}
