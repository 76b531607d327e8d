-- Pattern 3, check-then-act. The row is the truth: what is not sent is due, whatever becomes of its job.
create table receipts (
  account    text not null,
  order_id   uuid not null,
  -- The job that was enqueued in the commit that paid; reading it is what makes that branch run. Null: paid before this.
  job_id     bigint,
  queued_at  timestamptz not null default clock_timestamp(),
  attempts   integer not null default 0,
  -- Nobody claims it before: the end of a sender's lease, or the time of the next attempt.
  due_at     timestamptz not null default clock_timestamp(),
  last_error text,
  -- Why nobody tries any more: a person decides.
  review     text,
  via        text check (via in ('inbox', 'smtp')),
  sent_at    timestamptz,
  primary key (account, order_id),
  foreign key (account, order_id) references orders (account, order_id),
  check ((sent_at is null) = (via is null))
);
create index receipts_due on receipts (due_at) where sent_at is null and review is null;

create function receipt_only_forward() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.sent_at is not null or new.attempts < old.attempts or new.queued_at <> old.queued_at then
    raise exception 'receipt of order %: it was sent, or would go back', old.order_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger receipt_only_forward before update or delete on receipts for each row execute function receipt_only_forward();

-- What the demo's own SMTP server was handed: every delivery. The first of a Message-ID takes effect.
create table mailbox (
  account      text not null,
  delivery_id  bigint generated always as identity,
  order_id     uuid not null,
  message_id   text not null,
  recipient    text not null,
  subject      text not null,
  text         text not null,
  delivered_at timestamptz not null default clock_timestamp(),
  primary key (account, delivery_id)
);
create index mailbox_of_order on mailbox (account, order_id);
create trigger insert_only before update or delete on mailbox for each row execute function insert_only();

-- Orders paid before there were receipts get theirs now.
insert into receipts (account, order_id) select account, order_id from charges;

-- The wrong twin's own table: no conditional mark, no lease.
create table lab_receipts_check_then_act (
  account  text not null,
  order_id uuid not null,
  sent_at  timestamptz,
  primary key (account, order_id)
);
