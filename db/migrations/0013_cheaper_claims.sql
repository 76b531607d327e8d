-- As in server/idempotency/migration.sql by now; a database that had the former edition gets it here. Postgres plans an
-- index's condition anew for every insert, and the function in it took as long as four bare inserts (decision 0027).
drop index idempotency_forgettable;
create index idempotency_forgettable on idempotency_keys (idempotency_born(key))
  where state = 'expired' and not holds;
