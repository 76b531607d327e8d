-- The lab's experiments: payments made by lanes that are wrong on purpose. They charge a sub-account of the session's
-- account at the bank and write here and nowhere else; nothing in production reads these tables. So they carry few
-- constraints: what a lane does wrong has to be able to happen.

-- Each request that reached a lane, and what it was told. The witness of S11, and what the quota counts.
create table lab_requests (
  account        text    not null,
  lane           text    not null,
  order_id       uuid    not null,
  run_key        uuid    not null,
  request_id     uuid    not null,
  arrival        integer not null,
  key            uuid,
  amount         bigint  not null check (amount > 0),
  payment_method text    not null,
  -- Null while it runs, and for ever when the attempt died.
  told           text,
  at             timestamptz not null default clock_timestamp(),
  primary key (account, lane, order_id, request_id)
);

-- A lane's memory of keys.
create table lab_keys (
  account     text    not null,
  lane        text    not null,
  key         uuid    not null,
  order_id    uuid    not null,
  fingerprint text    not null,
  state       text    not null check (state in ('in_progress', 'unknown', 'completed')),
  fence       integer not null default 1,
  lease_until timestamptz,
  answer      text,
  -- The fence of the attempt that wrote the answer: the witness of S10.
  answered_by integer,
  claimed_at  timestamptz not null default clock_timestamp(),
  primary key (account, lane, key)
);
create index lab_keys_of_order on lab_keys (account, lane, order_id);

-- A lane's books: one row for each time that it believed to have charged.
create table lab_payments (
  account            text    not null,
  lane               text    not null,
  order_id           uuid    not null,
  payment_id         uuid    not null,
  key                uuid,
  fence              integer,
  amount             bigint  not null check (amount > 0),
  currency           text    not null,
  provider_reference text    not null,
  paid_at            timestamptz not null,
  at                 timestamptz not null default clock_timestamp(),
  primary key (account, lane, order_id, payment_id)
);

-- A lane's receipts, and the events of the bank that it remembers.
create table lab_receipts (
  account    text not null,
  lane       text not null,
  order_id   uuid not null,
  receipt_id uuid not null,
  event_id   text not null,
  at         timestamptz not null default clock_timestamp(),
  primary key (account, lane, order_id, receipt_id)
);

create table lab_events (
  account  text not null,
  lane     text not null,
  event_id text not null,
  seen_at  timestamptz not null default clock_timestamp(),
  primary key (account, lane, event_id)
);
