-- A delivery belongs to a lane: "idempotent" is the shop itself, the others are the lab's experiments. The same key may
-- arrive in several of them, and each counts its own arrivals.
alter table timeline_events add column lane text not null default 'idempotent';
alter table timeline_arrivals add column lane text not null default 'idempotent';
alter table timeline_arrivals drop constraint timeline_arrivals_pkey, add primary key (account, lane, key);

-- When the row was written. `at` is when it happened: a delivery notes its lines in memory and writes them at its end.
-- A reader of "what is new" needs to know how long a row may have been under way, see server/timeline/read-new-events.ts.
alter table timeline_events add column written_at timestamptz not null default clock_timestamp();
create index timeline_of_order on timeline_events (account, order_id, id);
