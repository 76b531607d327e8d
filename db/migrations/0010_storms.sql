-- A storm is load with faults, asked for by a page and run by a worker: the row is how the two talk.
create table storms (
  account        text  not null,
  storm_id       uuid  not null,
  settings       jsonb not null,
  -- Where the web that was asked listens on this machine: the storm comes in by the front door.
  target         text  not null,
  state          text  not null default 'queued' check (state in ('queued', 'running', 'done')),
  stop_requested boolean not null default false,
  samples        jsonb not null default '[]',
  report         jsonb,
  created_at     timestamptz not null default clock_timestamp(),
  seen_at        timestamptz not null default clock_timestamp(),
  primary key (account, storm_id)
);
create unique index one_storm_at_a_time on storms (account) where state <> 'done';
create index storms_waiting on storms (created_at) where state <> 'done';

create table storm_history (
  account  text not null,
  storm_id uuid not null,
  seq      integer not null,
  line     text not null,
  primary key (account, storm_id, seq),
  foreign key (account, storm_id) references storms (account, storm_id) on delete cascade
);
