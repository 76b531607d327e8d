-- What nothing reads any more may go: docs/decisions/0046-what-is-kept-for-how-long.md. The application's role may remove
-- nothing that decides; this runs as the owner, and how old a row must be is said here and nowhere else.
create index webhook_inbox_by_age on webhook_inbox (at);

-- Three times as long as the bank can repeat an event: it forgets its own after 30 days.
create function webhook_inbox_forget(at_most integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  taken_before timestamptz := clock_timestamp() - interval '90 days';
  forgotten integer;
begin
  delete from webhook_inbox where ctid = any(array(
    select ctid from webhook_inbox where at < taken_before order by at limit at_most for update skip locked));
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;
revoke execute on function webhook_inbox_forget from public;
