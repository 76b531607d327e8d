-- As in server/idempotency/migration.sql by now; a database that had the former edition gets it here. The burial was not in the
-- index, so that each call read and threw away every tombstone that was old by birth and buried lately.
create or replace function idempotency_forgettable_from(key uuid, buried timestamptz) returns timestamptz language sql immutable parallel safe as $$
  select case when substr(key::text, 15, 1) = '7'
    then greatest(buried, to_timestamp(('x' || translate(left(key::text, 13), '-', ''))::bit(48)::bigint / 1000.0 + 31 * 86400)) end
$$;

-- Made beside the one that it follows: while it is built the table can be read, and is nobody's alone but for a moment.
create index idempotency_forgettable_in_order on idempotency_keys (idempotency_forgettable_from(key, updated_at))
  where state = 'expired' and not holds;
drop index idempotency_forgettable;
alter index idempotency_forgettable_in_order rename to idempotency_forgettable;

create or replace function idempotency_forget(at_most integer) returns integer
language plpgsql security definer as $$
declare
  -- Worked out once, as in idempotency_reap.
  since_before timestamptz := clock_timestamp() - interval '400 days';
  forgotten integer;
begin
  delete from idempotency_keys k using (
    select o.account, o.key from idempotency_keys o
     where o.state = 'expired' and not o.holds and idempotency_forgettable_from(o.key, o.updated_at) < since_before
     order by idempotency_forgettable_from(o.key, o.updated_at) limit at_most for update skip locked
  ) old where k.account = old.account and k.key = old.key;
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;

-- A function that is replaced has no settings any more.
do $$
begin
  execute format('alter function idempotency_forget(integer) set search_path = %I, pg_temp', current_schema());
end $$;
