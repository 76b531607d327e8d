-- Which of the bank's events have had their effect. A row is written in the statement that has the effect, never before
-- it and never after: an event that is not here will be taken when it comes again. Decides nothing about money by
-- itself: that a charge is booked once is the work of the key's fence.
create table webhook_inbox (
  account    text not null,
  event_id   text not null,
  type       text not null,
  -- settled: this event ended the intent or was booked · known: the books had it already · none: it asks for nothing
  -- · unmatched: it tells of money that no intent of ours asked for, which is for the reconciler and a person
  effect     text not null check (effect in ('settled', 'known', 'none', 'unmatched')),
  key        uuid,
  order_id   text,
  -- The object that it tells of: ch_…, re_…
  reference  text,
  at         timestamptz not null default clock_timestamp(),
  primary key (account, event_id)
);
create index webhook_inbox_newest on webhook_inbox (account, at desc);
