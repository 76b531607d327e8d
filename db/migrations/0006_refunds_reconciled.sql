-- What the reconciler found when it compared the bank's books with ours, both ways. A finding stays as a row when it is
-- over: when it was first seen, and since when it is gone.
create table reconciliation_findings (
  -- '' where neither side says whose it is.
  account      text   not null,
  kind         text   not null check (kind in
                 ('captured-without-claim', 'claim-without-capture', 'returned-without-refund', 'refund-without-return')),
  -- The bank's id of the charge or refund.
  reference    text   not null,
  order_id     text,
  amount       bigint not null,
  currency     text   not null,
  -- When the money moved, as the side that has it says.
  moved_at     timestamptz not null,
  first_seen   timestamptz not null default clock_timestamp(),
  last_seen    timestamptz not null default clock_timestamp(),
  resolved_at  timestamptz,
  primary key (account, kind, reference)
);
create index reconciliation_open on reconciliation_findings (account) where resolved_at is null;

-- One row: when the last round ended and what it looked at.
create table reconciliation_rounds (
  reconciler text primary key,
  ended_at   timestamptz not null,
  looked_at  integer not null
);
