-- As in server/idempotency/migration.sql by now; a database that had the former edition gets it here (decision 0029).
create or replace function idempotency_only_forward() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.fence < old.fence
       or (new.fence = old.fence and old.state in ('released', 'unknown', 'needs_review') and new.state = 'in_progress')
       or (old.state in ('completed', 'voided') and new.state <> old.state and new.state <> 'expired')
       or (old.state = 'expired' and new.state <> 'expired')
       or (new.state = 'expired' and old.state not in ('completed', 'voided', 'expired'))
       or (old.answer is not null and new.answer is distinct from old.answer and new.state <> 'expired')
    then
      raise exception 'idempotency key %: % (fence %) cannot become % (fence %)',
        left(old.key::text, 8), old.state, old.fence, new.state, new.fence using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if not (new.fence > 0 and (new.state = 'completed') = (new.answer is not null)
          and new.state in ('in_progress', 'unknown', 'released', 'completed', 'voided', 'needs_review', 'expired')
          and (new.holds or new.order_id is null or new.state not in ('in_progress', 'unknown', 'needs_review')))
  then
    raise exception 'idempotency key %: no such row (%, fence %)', left(new.key::text, 8), new.state, new.fence
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

drop trigger idempotency_only_forward on idempotency_keys;
create trigger idempotency_only_forward before insert or update on idempotency_keys
  for each row execute function idempotency_only_forward();
alter table idempotency_keys
  drop constraint if exists idempotency_state_known,
  drop constraint if exists idempotency_live_intent_holds,
  drop constraint if exists idempotency_completed_has_answer,
  drop constraint if exists idempotency_fence_positive;

drop index if exists idempotency_one_per_order, idempotency_unfinished, idempotency_in_review, refunds_under_way;
create unique index idempotency_one_per_order on idempotency_keys (account, order_id) where holds;
create index idempotency_unfinished on idempotency_keys (lease_until)
  where state in ('in_progress', 'unknown', 'needs_review');
