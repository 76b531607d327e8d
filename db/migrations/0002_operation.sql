-- What each delivery did, for the page; it decides nothing.
create table timeline_arrivals (
  account  text not null,
  key      uuid not null,
  arrivals integer not null,
  primary key (account, key)
);

create table timeline_events (
  id             bigint generated always as identity primary key,
  account        text not null,
  key            uuid not null,
  order_id       text,
  arrival        integer,
  fence          integer,
  client_attempt integer,
  tab            text,
  sent_by        text not null,
  point          text not null,
  outcome        text not null check (outcome in ('done', 'refused', 'unknown', 'none')),
  text           text not null,
  detail         jsonb,
  at             timestamptz not null default clock_timestamp()
);
create index timeline_of_account on timeline_events (account, id);
create index timeline_of_key on timeline_events (account, key, id);

create table fault_plans (
  account    text primary key,
  plan       text not null,
  updated_at timestamptz not null default clock_timestamp()
);

-- Losing the buckets in a crash refills them, which is harmless; logging them would cost an fsync each.
create unlogged table rate_buckets (
  bucket     text primary key,
  tokens     double precision not null,
  updated_at timestamptz not null
);

create table worker_heartbeats (
  worker  text primary key,
  seen_at timestamptz not null
);
