-- The wrong twin's memory of events: a time to live, and a commit of its own. Production reads `webhook_inbox`.
create table lab_seen_events (
  account    text        not null,
  event_id   text        not null,
  seen_until timestamptz not null,
  primary key (account, event_id)
);
