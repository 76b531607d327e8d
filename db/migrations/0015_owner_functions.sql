-- Whoever calls what runs as the owner may have a temporary table of the same name, which Postgres finds first unless
-- `pg_temp` is named last: its triggers would run as the owner. Those of the package, where its migration has not said so, and ours.
-- Each by its name: what others have in this schema is theirs, and a procedure among it made `alter function` fail for ever.
do $$
declare runs_as_owner regprocedure;
begin
  foreach runs_as_owner in array array[
    'idempotency_reap(text, double precision, integer, timestamptz)', 'idempotency_forget(integer)',
    'refund_left(text, uuid, uuid)', 'refund_admit(text, uuid, bigint)', 'refund_fits(text, uuid)', 'refund_booked()'
  ]::regprocedure[] loop
    execute format('alter function %s set search_path = %I, pg_temp', runs_as_owner, current_schema());
  end loop;
end $$;
