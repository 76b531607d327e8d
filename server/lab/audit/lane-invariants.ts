/**
 * The promise, asked of one lane and one order: each query yields the rows that break it. `$account`, `$lane`,
 * `$order` and `$finalMs` are given; `bank` is the bank's own statement of the lane's sub-account for this order.
 */
export const LANE_INVARIANTS: { id: string; broken: string }[] = [
  {
    id: "S1",
    broken: `select count(*) as charges, sum(amount) as captured from bank having count(*) > 1`,
  },
  {
    id: "S5",
    broken: `select k.key, k.answer::jsonb ->> 'status' as answer from lab_keys k
              where k.account = $account and k.lane = $lane and k.order_id = $order and k.answer::jsonb ->> 'status' = 'paid'
                and not exists (select 1 from lab_payments p where p.account = k.account and p.lane = k.lane
                                   and p.order_id = k.order_id and p.key = k.key)`,
  },
  {
    id: "S8",
    broken: `select count(*) as receipts from lab_receipts where account = $account and lane = $lane and order_id = $order having count(*) > 1`,
  },
  {
    id: "S10",
    broken: `select key, fence, answered_by from lab_keys
              where account = $account and lane = $lane and order_id = $order and answered_by < fence`,
  },
  {
    id: "S11",
    broken: `select key, array_agg(distinct amount) as amounts from lab_requests
              where account = $account and lane = $lane and order_id = $order and key is not null and told in ('paid', 'declined')
              group by key having count(distinct amount) > 1 or count(distinct payment_method) > 1`,
  },
  {
    id: "L1",
    broken: `select key, state, claimed_at from lab_keys
              where account = $account and lane = $lane and order_id = $order and state <> 'completed'
                and claimed_at < clock_timestamp() - $finalMs * interval '1 millisecond'`,
  },
];
