-- Whether an intent is live, in doubt or paid for this order. A volatile function sees what has been committed by the moment
-- it is called, and not what its statement's snapshot has: called behind a wait for the order's row, it sees the claim
-- that was waited for.
create function order_is_held(of_account text, of_order uuid) returns boolean language plpgsql volatile as $$
begin
  return exists (select 1 from idempotency_keys k
                  where k.account = of_account and k.order_id = of_order::text and k.holds);
end $$;
