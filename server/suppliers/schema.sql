-- Everything the suppliers own. Applied at every start; nothing here may assume an empty schema.

-- One shelf for each account and sku, filled when it is first asked for.
create table if not exists suppliers.shelves (
  account text    not null,
  sku     text    not null,
  left_on integer not null check (left_on >= 0),
  primary key (account, sku)
);

-- What was answered under a key. The body is text: a replay owes the same bytes.
create table if not exists suppliers.answers (
  desk        text not null,
  key         text not null,
  fingerprint text not null,
  body        text not null,
  at          timestamptz not null default clock_timestamp(),
  primary key (desk, key)
);

-- The independent witness: one row for each thing that was reserved, put back, posted or booked.
create table if not exists suppliers.journal (
  id        bigint generated always as identity primary key,
  kind      text not null check (kind in ('stock.reserved', 'stock.released', 'mail.accepted', 'courier.booked')),
  object_id text not null unique,
  account   text not null,
  order_id  text not null,
  reference text not null,
  detail    text not null,
  at        timestamptz not null default clock_timestamp()
);
create index if not exists journal_of_order on suppliers.journal (account, order_id, id);
create index if not exists journal_of_reference on suppliers.journal (account, reference);

create or replace function suppliers.refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'suppliers.journal is append-only: % refused', tg_op using errcode = '42501';
end $$;
create or replace trigger journal_keeps_rows before update or delete on suppliers.journal
  for each row execute function suppliers.refuse_rewriting();
create or replace trigger journal_keeps_all before truncate on suppliers.journal
  for each statement execute function suppliers.refuse_rewriting();

-- Takes what is asked for from the shelves, or nothing at all: gives the sku that is short.
create or replace function suppliers.take_from_shelves(of_account text, items jsonb) returns text language plpgsql as $$
declare
  wanted record;
begin
  -- In the order of their names: two who want the same goods must not wait for each other crosswise.
  for wanted in select sku, quantity from jsonb_to_recordset(items) as i(sku text, quantity integer) order by sku loop
    insert into suppliers.shelves values (of_account, wanted.sku, 1000) on conflict do nothing;
    perform 1 from suppliers.shelves s where s.account = of_account and s.sku = wanted.sku for update;
    if (select left_on from suppliers.shelves s where s.account = of_account and s.sku = wanted.sku) < wanted.quantity then
      return wanted.sku;
    end if;
  end loop;
  update suppliers.shelves s set left_on = s.left_on - i.quantity
    from jsonb_to_recordset(items) as i(sku text, quantity integer) where s.account = of_account and s.sku = i.sku;
  return null;
end $$;

-- One request at one desk: claim of the key, effect, journal row and stored answer in one commit, so that a process that
-- is killed at any moment leaves all of them or none. A second request under the key waits here and is told the same.
create or replace function suppliers.serve(
  at_desk text, with_key text, print text, made_id text, of_account text, of_order text, asked jsonb, waits_s double precision
) returns table (body text, replayed boolean, same boolean) language plpgsql as $$
declare
  kinds constant jsonb := '{"reservations": "stock.reserved", "releases": "stock.released", "mails": "mail.accepted", "bookings": "courier.booked"}';
  told  text;
  short text;
begin
  insert into suppliers.answers values (at_desk, with_key, print, '') on conflict do nothing;
  if not found then
    return query select a.body, true, a.fingerprint = print from suppliers.answers a where a.desk = at_desk and a.key = with_key;
    return;
  end if;
  perform pg_sleep(waits_s);
  if at_desk = 'reservations' then
    short := suppliers.take_from_shelves(of_account, asked -> 'items');
  elsif at_desk = 'releases' then
    update suppliers.shelves s set left_on = s.left_on + i.quantity
      from jsonb_to_recordset(asked -> 'items') as i(sku text, quantity integer) where s.account = of_account and s.sku = i.sku;
  end if;
  if short is not null then
    told := json_build_object('status', 'out_of_stock', 'sku', short)::text;
  else
    told := json_build_object('status', split_part(kinds ->> at_desk, '.', 2), 'id', made_id, 'reference', asked ->> 'reference')::text;
    insert into suppliers.journal (kind, object_id, account, order_id, reference, detail)
    values (kinds ->> at_desk, made_id, of_account, of_order, asked ->> 'reference', asked::text);
  end if;
  update suppliers.answers a set body = told where a.desk = at_desk and a.key = with_key;
  return query select told, false, true;
end $$;
