-- Whoever calls what runs as the owner may have a temporary table of the same name, which Postgres finds first unless
-- `pg_temp` is named last: its triggers would run as the owner. Those of the package, where its migration has not said so, and ours.
do $$
declare runs_as_owner regprocedure;
begin
  for runs_as_owner in
    select oid from pg_proc where pronamespace = current_schema()::regnamespace and prosecdef
  loop
    execute format('alter function %s set search_path = %I, pg_temp', runs_as_owner, current_schema());
  end loop;
end $$;
