-- What the patterns' wrong twins write; nothing in production reads these tables.

-- The twin of `orders`: saved by the client's id and by nothing else, so its owner is a column like any other.
create table lab_orders (
  account  text  not null,
  order_id uuid  not null,
  owner    text  not null,
  items    jsonb not null,
  status   text  not null,
  primary key (account, order_id)
);

-- One effect of two rows, written in four ways.
create table lab_effects (
  account            text not null,
  order_id           uuid not null,
  variant            text not null,
  effect_id          uuid not null,
  kind               text not null check (kind in ('payment', 'receipt')),
  provider_reference text not null,
  at                 timestamptz not null default clock_timestamp(),
  primary key (account, order_id, variant, effect_id)
);
