-- The two tables of the package. Apply once, as the owner of the schema; the application's role needs select,
-- insert and update on both and execute on the functions, and nothing else: what removes anything is down there.

create table idempotency_keys (
  account      text        not null,
  key          uuid        not null,
  procedure    text        not null,
  fingerprint  text        not null,
  -- Canonical JSON of the accepted request without its key: what the completer runs when the client is gone.
  input        text        not null,
  order_id     text,
  -- True while this intent is live, in doubt or paid: the one index below allows one of those for an order, for ever.
  holds        boolean     not null,
  state        text        not null,
  -- Attempt number and fencing token. Grows with each grant, and every write has it in its WHERE.
  fence        integer     not null,
  lease_until  timestamptz not null,
  -- Text, never jsonb: a replay gives back the same bytes.
  answer       text,
  -- Why a person must decide; of a tombstone, what its state was.
  review       text,
  created_at   timestamptz not null default clock_timestamp(),
  updated_at   timestamptz not null default clock_timestamp(),
  primary key (account, key)
);

-- Where the order is null it is nobody's, and differs from every other.
create unique index idempotency_one_per_order on idempotency_keys (account, order_id) where holds;
-- What is not at its end, for whoever carries on, counts or shows it.
create index idempotency_unfinished on idempotency_keys (lease_until)
  where state in ('in_progress', 'unknown', 'needs_review');
-- In the order in which answers end, for each operation has a window of its own. Only rows that still have an answer
-- are in it, so it stays as small as a window however many tombstones there are.
create index idempotency_replayable on idempotency_keys (procedure, updated_at)
  where state in ('completed', 'voided');

create table idempotency_steps (
  account      text      not null,
  key          uuid      not null,
  step         text      not null,
  -- Frozen before the first send; every later attempt sends these bytes, whatever prices do meanwhile.
  request      text      not null,
  provider_key text      not null,
  -- Fences whose call has not come back. Only a refusal that surely did nothing takes one out.
  open_sends   integer[] not null,
  last_sent    integer   not null,
  -- The how-manieth step of its attempt, from 1: a handler that was changed meanwhile is found out by it.
  place        integer   not null,
  result       text,
  primary key (account, key, step),
  foreign key (account, key) references idempotency_keys (account, key)
);

-- What a row may say, and that states only move forward. The statements of the package already say so in their WHERE;
-- this says it to everything else that can write here. As four CHECK constraints the first rule cost a claim as much as
-- two bare inserts: Postgres reads and plans their text anew in each statement, and a function's once (decision 0029).
create function idempotency_only_forward() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.fence < old.fence
       or (new.fence = old.fence and old.state in ('released', 'unknown', 'needs_review') and new.state = 'in_progress')
       or (old.state in ('completed', 'voided') and new.state <> old.state and new.state <> 'expired')
       or (old.state = 'expired' and new.state <> 'expired')
       or (new.state = 'expired' and old.state not in ('completed', 'voided', 'expired'))
       or (old.answer is not null and new.answer is distinct from old.answer and new.state <> 'expired')
    then
      raise exception 'idempotency key %: % (fence %) cannot become % (fence %)',
        left(old.key::text, 8), old.state, old.fence, new.state, new.fence using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if not (new.fence > 0 and (new.state = 'completed') = (new.answer is not null)
          and new.state in ('in_progress', 'unknown', 'released', 'completed', 'voided', 'needs_review', 'expired')
          and (new.holds or new.order_id is null or new.state not in ('in_progress', 'unknown', 'needs_review')))
  then
    raise exception 'idempotency key %: no such row (%, fence %)', left(new.key::text, 8), new.state, new.fence
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger idempotency_only_forward before insert or update on idempotency_keys
  for each row execute function idempotency_only_forward();

-- When a version 7 key was made, as its maker's clock had it; null for any other version.
create function idempotency_born(key uuid) returns timestamptz language sql immutable strict parallel safe as $$
  select case when substr(key::text, 15, 1) = '7'
    then to_timestamp(('x' || translate(left(key::text, 13), '-', ''))::bit(48)::bigint / 1000.0) end
$$;

-- From when on the 400 days of a tombstone count: from its burial, but never from before the 31st day of its key, since a key is
-- refused by its birth after 430. Null for any other version than 7. It calls none of ours: an index is restored and rebuilt without a search_path.
create function idempotency_forgettable_from(key uuid, buried timestamptz) returns timestamptz language sql immutable parallel safe as $$
  select case when substr(key::text, 15, 1) = '7'
    then greatest(buried, to_timestamp(('x' || translate(left(key::text, 13), '-', ''))::bit(48)::bigint / 1000.0 + 31 * 86400)) end
$$;

-- By the moment itself, since whoever looks must not walk over those that are old by birth and were buried lately: an operation with
-- a window of a year has a year of them. The function stands in the expression and not in the condition: Postgres plans an index's
-- condition anew for every insert, and inlining one like it there took as long as four bare inserts (decision 0027).
create index idempotency_forgettable on idempotency_keys (idempotency_forgettable_from(key, updated_at))
  where state = 'expired' and not holds;

-- A key that was made so long ago is refused by its birth alone, so that its tombstone may go. The difference of a
-- day to `idempotency_forget` is there for statements that began before a row was removed.
create function idempotency_outlived(key uuid) returns boolean language sql stable as $$
  select coalesce(idempotency_born(key) < clock_timestamp() - interval '430 days', false)
$$;

-- What follows runs as the owner: the application's role may remove nothing by itself, and so no mistake of it can
-- remove a step with an open send. The states that may be cleaned are named here and nowhere else.

-- Answers whose window is over, oldest first, become tombstones: the key and its order stay, so that both are refused
-- for ever. Whoever holds a row keeps it; a second reaper takes the next ones. `beyond` is where the last batch ended.
create function idempotency_reap(of_procedure text, window_hours double precision, at_most integer, beyond timestamptz)
returns table (reaped integer, up_to timestamptz) language plpgsql security definer as $$
declare
  -- Worked out once: compared with clock_timestamp() itself, every answer in its window would be read, since a volatile
  -- function is no index condition (10^6 keys: 413 ms for a round with nothing to end).
  ended_before timestamptz := clock_timestamp() - window_hours * interval '1 hour';
begin
  return query with due as materialized (
    select k.account, k.key, k.updated_at from idempotency_keys k
     where k.procedure = of_procedure and k.state in ('completed', 'voided')
       and k.updated_at >= beyond and k.updated_at < ended_before
     order by k.updated_at limit at_most for no key update skip locked
  ), cleared as (
    delete from idempotency_steps s using due where s.account = due.account and s.key = due.key
  ), buried as (
    update idempotency_keys k
       set state = 'expired', answer = null, input = '', review = k.state, updated_at = clock_timestamp()
      from due where k.account = due.account and k.key = due.key
  )
  select count(*)::integer, max(due.updated_at) from due;
end $$;

-- Tombstones of at least 400 days that their birth refuses from now on. Those of a paid order stay, because they hold
-- it; those of a version 4 key stay, because nothing else can tell that it was used.
create function idempotency_forget(at_most integer) returns integer
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

revoke execute on function idempotency_reap, idempotency_forget from public;

-- Whoever calls them may have a temporary table of the same name, which Postgres finds first unless `pg_temp` is named last:
-- its triggers would run as the owner.
do $$
declare runs_as_owner regprocedure;
begin
  foreach runs_as_owner in array array[
    'idempotency_reap(text, double precision, integer, timestamptz)', 'idempotency_forget(integer)'
  ]::regprocedure[] loop
    execute format('alter function %s set search_path = %I, pg_temp', runs_as_owner, current_schema());
  end loop;
end $$;
