-- Never more is given back than was captured, whatever keys come at once. One lock decides: the charge's row. It is
-- taken first and the sums are read in statements of their own, whose snapshots are newer than the wait for it; a sum in
-- the statement that waited would be the one from before. (In READ COMMITTED each statement of a volatile function sees
-- what has been committed by then.)

alter table refunds drop constraint refunds_pkey, add primary key (account, refund_id);
create index refunds_of_charge on refunds (account, charge_id);

-- A refund under way reserves its amount by being under way: the frozen request of its step is the reservation. One that
-- is released or voided holds nothing, one that is completed is in `refunds` (or was refused by the bank).
create index refunds_under_way on idempotency_keys (account, key)
  where procedure = 'refunds.create' and state in ('in_progress', 'unknown', 'needs_review');

-- What may still be given back of a charge, without `but_key`; null when this account has no such charge.
create function refund_left(of_account text, of_charge uuid, but_key uuid) returns bigint
language plpgsql volatile security definer set search_path from current as $$
declare
  captured bigint;
  gone     bigint;
begin
  select amount into captured from charges
   where account = of_account and charge_id = of_charge for no key update;
  select coalesce((select sum(amount) from refunds where account = of_account and charge_id = of_charge), 0)
       + coalesce((select sum((s.request::jsonb ->> 'amount')::bigint)
           from idempotency_keys k
           join idempotency_steps s on s.account = k.account and s.key = k.key and s.step = 'refund'
          where k.account = of_account and k.procedure = 'refunds.create' and k.state in ('in_progress', 'unknown', 'needs_review')
            and k.key is distinct from but_key and s.request::jsonb ->> 'chargeId' = of_charge::text), 0)
    into gone;
  return captured - gone;
end $$;

-- The request that is frozen for the bank: of `wanted`, or of all that is left. No row: not admitted.
create function refund_admit(of_account text, of_charge uuid, wanted bigint) returns setof text
language plpgsql volatile security definer set search_path from current as $$
declare
  at_most bigint := refund_left(of_account, of_charge, null);
begin
  return query
    select json_build_object('account', c.account, 'orderId', c.order_id, 'chargeId', c.charge_id,
             'chargeReference', c.provider_reference, 'amount', coalesce(wanted, at_most), 'currency', c.currency)::text
      from charges c
     where c.account = of_account and c.charge_id = of_charge and coalesce(wanted, at_most) between 1 and at_most;
end $$;

-- A released key gave its reservation back, so that another may have taken the room meanwhile: asked again before it runs.
create function refund_fits(of_account text, of_key uuid) returns boolean
language plpgsql volatile security definer set search_path from current as $$
declare
  frozen jsonb := (select request::jsonb from idempotency_steps where account = of_account and key = of_key and step = 'refund');
begin
  return (frozen ->> 'amount')::bigint <= refund_left(of_account, (frozen ->> 'chargeId')::uuid, of_key);
end $$;

revoke execute on function refund_left, refund_admit, refund_fits from public;

-- The same promise for whoever writes into `refunds`, and the order's state: `refunded` with the refund that makes it whole.
create function refund_booked() returns trigger language plpgsql security definer set search_path from current as $$
declare
  charge charges;
  total  bigint;
begin
  select * into charge from charges
   where account = new.account and charge_id = new.charge_id for no key update;
  select sum(amount) into total from refunds where account = new.account and charge_id = new.charge_id;
  if total > charge.amount then
    raise exception 'charge %: refunds of % are more than the % that were captured', charge.charge_id, total, charge.amount
      using errcode = 'check_violation', constraint = 'refunded_within_captured';
  end if;
  if total = charge.amount then
    update orders set status = 'refunded', updated_at = clock_timestamp()
     where account = charge.account and order_id = charge.order_id;
  end if;
  return null;
end $$;
create trigger refund_booked after insert on refunds for each row execute function refund_booked();
