-- The two tables of the package. Apply once, as the owner of the schema; the application's role needs
-- select, insert and update on both, and nothing else.

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
  review       text,
  created_at   timestamptz not null default clock_timestamp(),
  updated_at   timestamptz not null default clock_timestamp(),
  primary key (account, key),
  constraint idempotency_state_known check
    (state in ('in_progress', 'unknown', 'released', 'completed', 'voided', 'needs_review', 'expired')),
  constraint idempotency_live_intent_holds check
    (holds or order_id is null or state not in ('in_progress', 'unknown', 'needs_review')),
  constraint idempotency_completed_has_answer check ((state = 'completed') = (answer is not null)),
  constraint idempotency_fence_positive check (fence > 0)
);

create unique index idempotency_one_per_order on idempotency_keys (account, order_id)
  where holds and order_id is not null;
create index idempotency_unfinished on idempotency_keys (lease_until)
  where state in ('in_progress', 'unknown');
create index idempotency_in_review on idempotency_keys (updated_at) where state = 'needs_review';

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
  result       text,
  primary key (account, key, step),
  foreign key (account, key) references idempotency_keys (account, key)
);

-- States only move forward. The statements of the package already say so in their WHERE; this says it to
-- everything else that can write here.
create function idempotency_only_forward() returns trigger language plpgsql as $$
begin
  if new.fence < old.fence
     or (new.fence = old.fence and old.state in ('released', 'unknown', 'needs_review') and new.state = 'in_progress')
     or (old.state in ('completed', 'voided') and new.state <> old.state and new.state <> 'expired')
     or (old.state = 'expired' and new.state <> 'expired')
     or (old.answer is not null and new.answer is distinct from old.answer and new.state <> 'expired')
  then
    raise exception 'idempotency key %: % (fence %) cannot become % (fence %)',
      left(old.key::text, 8), old.state, old.fence, new.state, new.fence using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;

create trigger idempotency_only_forward before update on idempotency_keys
  for each row execute function idempotency_only_forward();
