-- You are the scheduler: where the attempts of one run are held. In Postgres, so that any instance can let them go.
create table lab_gates (
  account text   not null,
  lane    text   not null,
  run_key uuid   not null,
  points  text[] not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (account, lane, run_key)
);

-- The attempts of such a run, by their arrival (1 is A), and how each ended.
create table lab_attempts (
  account  text    not null,
  lane     text    not null,
  run_key  uuid    not null,
  arrival  integer not null,
  began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (account, lane, run_key, arrival)
);

-- Who stood at which gate, and who opened it. The order of releases is the interleaving.
create table lab_held (
  account     text    not null,
  lane        text    not null,
  run_key     uuid    not null,
  arrival     integer not null,
  point       text    not null,
  held_at     timestamptz not null default clock_timestamp(),
  opens_at    timestamptz not null,
  released_at timestamptz,
  released_by text check (released_by in ('you', 'itself')),
  primary key (account, lane, run_key, arrival, point)
);
