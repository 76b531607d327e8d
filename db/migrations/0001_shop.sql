create table products (
  sku         text   primary key,
  name        text   not null,
  unit_amount bigint not null check (unit_amount > 0),
  currency    text   not null default 'EUR' check (currency = 'EUR'),
  position    integer not null
);

insert into products (sku, name, unit_amount, position) values
  ('tea', 'Tea, 100 g', 999, 1),
  ('mug', 'Mug', 2400, 2),
  ('kettle', 'Kettle', 4800, 3);

-- One prices the cart, and it is the server: null when a sku is not sold.
create function order_total(items jsonb) returns bigint language sql stable as $$
  select case when bool_and(p.sku is not null) then sum(p.unit_amount * i.quantity)::bigint end
    from jsonb_to_recordset(items) as i(sku text, quantity integer)
    left join products p on p.sku = i.sku
$$;

create table orders (
  account    text  not null,
  order_id   uuid  not null,
  items      jsonb not null check (jsonb_typeof(items) = 'array' and jsonb_array_length(items) > 0),
  email      text,
  status     text  not null default 'draft' check (status in ('draft', 'paid', 'refunded')),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (account, order_id)
);

create table charges (
  charge_id          uuid   primary key,
  account            text   not null,
  order_id           uuid   not null,
  key                uuid   not null,
  amount             bigint not null check (amount > 0),
  currency           text   not null,
  provider_reference text   not null unique,
  -- What was bought, at the prices of that moment.
  lines              jsonb  not null,
  paid_at            timestamptz not null,
  unique (account, order_id),
  foreign key (account, order_id) references orders (account, order_id)
);

create table refunds (
  refund_id          uuid   primary key,
  charge_id          uuid   not null references charges (charge_id),
  account            text   not null,
  key                uuid   not null,
  amount             bigint not null check (amount > 0),
  currency           text   not null,
  provider_reference text   not null unique,
  at                 timestamptz not null default clock_timestamp()
);

create table postings (
  posting_id uuid primary key,
  account    text not null,
  order_id   uuid not null,
  kind       text not null check (kind in ('charge', 'refund')),
  -- The charge or refund that this posting books: one posting each.
  source_id  uuid not null unique,
  at         timestamptz not null default clock_timestamp()
);

create table ledger_entries (
  entry_id       bigint generated always as identity primary key,
  posting_id     uuid   not null references postings (posting_id),
  account        text   not null,
  ledger_account text   not null check (ledger_account in ('bank', 'sales')),
  direction      text   not null check (direction in ('debit', 'credit')),
  amount         bigint not null check (amount > 0),
  currency       text   not null,
  at             timestamptz not null default clock_timestamp()
);
create index ledger_entries_posting on ledger_entries (posting_id);
create index ledger_entries_account on ledger_entries (account);
create index postings_order on postings (account, order_id);

-- Balanced when the transaction ends, not row by row: entries of one posting arrive one after the other.
create function posting_balances() returns trigger language plpgsql as $$
declare
  posting uuid := new.posting_id;
  debits  bigint;
  credits bigint;
begin
  select coalesce(sum(amount) filter (where direction = 'debit'), 0),
         coalesce(sum(amount) filter (where direction = 'credit'), 0)
    into debits, credits from ledger_entries where posting_id = posting;
  if debits <> credits or debits = 0 then
    raise exception 'posting % does not balance: debit %, credit %', posting, debits, credits
      using errcode = 'check_violation', constraint = 'posting_balances';
  end if;
  return null;
end $$;
create constraint trigger posting_balances after insert on postings
  deferrable initially deferred for each row execute function posting_balances();
create constraint trigger entry_balances after insert on ledger_entries
  deferrable initially deferred for each row execute function posting_balances();

create function insert_only() returns trigger language plpgsql as $$
begin
  raise exception '% is insert-only: write a new posting instead of changing history', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger insert_only before update or delete on ledger_entries for each row execute function insert_only();
create trigger insert_only before update or delete on postings for each row execute function insert_only();
create trigger insert_only before update or delete on charges for each row execute function insert_only();
create trigger insert_only before update or delete on refunds for each row execute function insert_only();
create trigger no_truncate before truncate on ledger_entries for each statement execute function insert_only();
create trigger no_truncate before truncate on postings for each statement execute function insert_only();
create trigger no_truncate before truncate on charges for each statement execute function insert_only();
create trigger no_truncate before truncate on refunds for each statement execute function insert_only();

create function order_only_forward() returns trigger language plpgsql as $$
begin
  if (old.status = 'paid' and new.status = 'draft') or (old.status = 'refunded' and new.status <> 'refunded') then
    raise exception 'order %: % cannot become %', old.order_id, old.status, new.status
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger order_only_forward before update on orders for each row execute function order_only_forward();
