-- The bank's own tables, in its own schema, owned by its own role. Applied at every start, so each statement
-- can be run again. The schema itself is made by whoever administers the database: this role may not.
-- One implicit transaction; the lock keeps two banks that start together from meeting in the catalogue.
select pg_advisory_xact_lock(5214087710402);
-- An index of a large table takes as long as it takes.
set local statement_timeout = 0;

create table if not exists bank.payment_intents (
  id                  text primary key,
  seq                 bigint generated always as identity unique,
  merchant            text not null,
  created             bigint not null,
  amount              integer not null check (amount > 0),
  currency            text not null,
  status              text not null check (status in
                        ('requires_payment_method', 'requires_confirmation', 'succeeded', 'canceled')),
  payment_method      text,
  customer            text,
  description         text,
  transfer_group      text,
  metadata            text not null,
  latest_charge       text,
  last_payment_error  text,
  canceled_at         bigint,
  cancellation_reason text,
  -- Grows with every change: a decision taken on an older one is refused by bank.must_hold below.
  version             integer not null default 0
);
create index if not exists payment_intents_newest on bank.payment_intents (merchant, seq desc);

create table if not exists bank.charges (
  id              text primary key,
  seq             bigint generated always as identity unique,
  merchant        text not null,
  created         bigint not null,
  amount          integer not null check (amount > 0),
  currency        text not null,
  status          text not null check (status in ('succeeded', 'failed')),
  payment_intent  text not null references bank.payment_intents,
  payment_method  text not null,
  customer        text,
  description     text,
  transfer_group  text,
  metadata        text not null,
  failure_code    text,
  decline_code    text,
  failure_message text,
  amount_refunded integer not null default 0,
  -- The second belt of refunds: the first is the WHERE of the statement that makes one.
  constraint refunded_within_captured check
    (amount_refunded between 0 and case status when 'succeeded' then amount else 0 end)
);
-- The second belt of charges: an intent that was paid cannot be paid again, whatever the keys say.
create unique index if not exists charges_one_success on bank.charges (payment_intent) where status = 'succeeded';
create index if not exists charges_of_intent on bank.charges (payment_intent, seq desc);
create index if not exists charges_of_group on bank.charges (merchant, transfer_group, seq desc);
create index if not exists charges_newest on bank.charges (merchant, seq desc);

create table if not exists bank.refunds (
  id             text primary key,
  seq            bigint generated always as identity unique,
  merchant       text not null,
  created        bigint not null,
  amount         integer not null check (amount > 0),
  currency       text not null,
  charge         text not null references bank.charges,
  payment_intent text not null references bank.payment_intents,
  reason         text,
  metadata       text not null
);
create index if not exists refunds_of_charge on bank.refunds (charge, seq desc);
create index if not exists refunds_of_intent on bank.refunds (payment_intent, seq desc);
create index if not exists refunds_newest on bank.refunds (merchant, seq desc);

-- What was answered under an idempotency key. The body is text: a replay owes the same bytes, and jsonb changes them.
-- A row appears in the statement that moves the money, so there is no such thing as a claim without an effect.
create table if not exists bank.answers (
  merchant    text not null,
  key_hash    text not null,
  fingerprint text not null,
  status      integer not null,
  body        text not null,
  request_id  text not null,
  at          timestamptz not null default clock_timestamp(),
  primary key (merchant, key_hash)
);
-- For whoever forgets them. A BRIN would do only until rows are written where others were removed: then each of its ranges
-- has something old in it, and the whole table is read to find that nothing is due (3 x 10^5 answers: 650 ms, not 0.8).
create index if not exists answers_by_time on bank.answers (at);
drop index if exists bank.answers_by_age;

-- The independent witness: one row for each thing that moved money or was declined.
create table if not exists bank.journal (
  id        bigserial primary key,
  kind      text not null check (kind in ('charge.succeeded', 'charge.failed', 'refund.succeeded')),
  object_id text not null unique,
  amount    integer not null check (amount > 0),
  currency  text not null,
  account   text,
  order_id  text,
  reference text,
  key_hash  text,
  at        timestamptz not null default clock_timestamp()
);
-- Whoever looks up what became of an order reads it by the order.
create index if not exists journal_of_order on bank.journal (order_id);
drop index if exists bank.journal_of_account;

create or replace function bank.refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'bank.journal is append-only: % refused', tg_op using errcode = '42501';
end $$;
create or replace trigger journal_keeps_rows before update or delete on bank.journal
  for each row execute function bank.refuse_rewriting();
create or replace trigger journal_keeps_all before truncate on bank.journal
  for each statement execute function bank.refuse_rewriting();
-- An owner may take rights from itself; then even a slip in the bank's own code fails before the trigger.
revoke update, delete, truncate on bank.journal from current_user;

-- Ends a statement whose decision was taken on a row that has moved since: everything in it rolls back.
create or replace function bank.must_hold(held boolean) returns boolean language plpgsql as $$
begin
  if not held then
    raise exception 'the row moved between the decision and the write' using errcode = 'BK001';
  end if;
  return true;
end $$;

-- What happened, as it is told to the merchant's webhook: written in the statement that moves the money (an outbox), so
-- that there is no charge without its event and no event without its charge. The text is what is signed and sent, every time.
create table if not exists bank.events (
  id        text primary key,
  merchant  text not null,
  created   bigint not null,
  type      text not null,
  object_id text not null,
  body      text not null
);
create index if not exists events_by_time on bank.events (created);
drop index if exists bank.events_by_age;

-- One row for each time that an event is to arrive: one, two under `webhook-twice`, none without a webhook address.
create table if not exists bank.deliveries (
  id          bigint generated always as identity primary key,
  event       text not null references bank.events on delete cascade,
  -- The payment intent: what is told of one is sent one after the other.
  subject     text not null,
  due_at      timestamptz not null,
  attempts    integer not null default 0,
  -- The last HTTP status; 0 when nobody answered.
  last_status integer,
  ended       text check (ended in ('delivered', 'lost', 'given up')),
  ended_at    timestamptz,
  made_at     timestamptz not null default clock_timestamp()
);
create index if not exists deliveries_due on bank.deliveries (due_at) where ended is null;
create index if not exists deliveries_of_event on bank.deliveries (event);
