/**
 * The promise as SQL: each query yields the rows that break it, so none is what everybody wants to see.
 * `$account` is one account; `bank` is the provider's own statement of it, the independent witness. The tables are as they
 * stand after that statement was read, `acknowledged` is what `charges` and `refunds` had before it: what is looked for at
 * the bank is from before, and what must explain the bank's lines is from after. A payment in between breaks neither.
 */
export interface InvariantQuery {
  id: string;
  name: string;
  /** What is looked at; its count is shown as "rows checked". */
  over:
    | "bank"
    | "charges"
    | "idempotency_keys"
    | "postings"
    | "orders"
    | "idempotency_steps"
    | "receipts";
  broken: string;
  /** An intent that is not final yet could still break it. */
  doubtful?: true;
}

export const INVARIANTS: InvariantQuery[] = [
  {
    id: "S1",
    name: "At most one captured charge per order, in the bank's own journal",
    over: "bank",
    doubtful: true,
    broken: `select "orderId", count(*) as charges from bank group by 1 having count(*) > 1`,
  },
  {
    id: "S3",
    name: "An acknowledged charge or refund is never lost",
    over: "charges",
    broken: `select c.order_id, c.provider_reference, c.amount, c.refunded, b.refunded as refunded_by_bank
               from acknowledged c left join bank b on b."chargeId" = c.provider_reference
             where b."chargeId" is null or b.amount <> c.amount or c.refunded > b.refunded`,
  },
  {
    id: "S4",
    name: "No success without money",
    over: "idempotency_keys",
    broken: `select k.key from idempotency_keys k left join charges c on c.account = k.account and c.key = k.key
             left join refunds r on r.account = k.account and r.key = k.key
             where k.account = $account
               and ((k.procedure = 'checkout.pay' and k.answer::jsonb ->> 'status' = 'paid' and c.charge_id is null)
                 or (k.procedure = 'refunds.create' and k.answer::jsonb ->> 'status' = 'refunded' and r.refund_id is null))`,
  },
  {
    id: "S5",
    name: "No stored failure while money was taken",
    over: "idempotency_keys",
    broken: `select k.key, k.state from idempotency_keys k join bank b on b."orderId" = k.order_id
             where k.account = $account and (k.state = 'voided' or k.answer::jsonb ->> 'status' = 'declined')
               and not exists (select 1 from idempotency_keys o where o.account = k.account and o.order_id = k.order_id and o.key <> k.key and o.holds)`,
  },
  {
    id: "S6",
    name: "Each charge and each refund has one posting, and debits equal credits",
    over: "postings",
    broken: `select s.order_id, s.kind, count(distinct p.posting_id) as postings,
                    coalesce(sum(e.amount) filter (where e.direction = 'debit'), 0) as debit,
                    coalesce(sum(e.amount) filter (where e.direction = 'credit'), 0) as credit
               from (select c.account, c.charge_id as id, c.order_id, c.amount, 'charge' as kind from charges c where c.account = $account
                     union all
                     select r.account, r.refund_id, c.order_id, r.amount, 'refund' from refunds r
                       join charges c on c.account = r.account and c.charge_id = r.charge_id where r.account = $account) s
               left join postings p on p.account = s.account and p.source_id = s.id and p.kind = s.kind
               left join ledger_entries e on e.account = p.account and e.posting_id = p.posting_id
              group by s.id, s.order_id, s.kind, s.amount
             having count(distinct p.posting_id) <> 1
                 or coalesce(sum(e.amount) filter (where e.direction = 'debit'), 0) <> s.amount
                 or coalesce(sum(e.amount) filter (where e.direction = 'credit'), 0) <> s.amount`,
  },
  {
    id: "S7",
    name: "States only move forward: an order with a charge is paid, one that was given back whole is refunded",
    over: "orders",
    broken: `select o.order_id, o.status from orders o left join charges c on c.account = o.account and c.order_id = o.order_id
             where o.account = $account and ((o.status = 'draft') = (c.charge_id is not null)
                or (o.status = 'refunded') <> coalesce(c.amount = (select sum(r.amount) from refunds r where r.account = c.account and r.charge_id = c.charge_id), false))`,
  },
  {
    id: "S8",
    name: "One receipt takes effect per paid order, however often it was delivered",
    over: "charges",
    broken: `select * from (
               select c.order_id, count(distinct r.order_id) as receipts, count(m.delivery_id) as deliveries,
                      count(distinct m.message_id) as in_effect, bool_or(r.via = 'inbox') as kept_by_us
                 from charges c left join receipts r on r.account = c.account and r.order_id = c.order_id
                 left join mailbox m on m.account = c.account and m.order_id = c.order_id
                where c.account = $account group by c.order_id) paid
              where receipts <> 1 or in_effect > 1 or (kept_by_us and in_effect = 0)
             union all
             select m.order_id, 0, count(*), count(distinct m.message_id), true
               from mailbox m left join charges c on c.account = m.account and c.order_id = m.order_id
              where m.account = $account and c.charge_id is null group by m.order_id`,
  },
  {
    id: "S9",
    name: "Captured and given back lie between acknowledged and acknowledged plus unknown",
    over: "bank",
    doubtful: true,
    broken: `select * from (select
               (select coalesce(sum(amount), 0) from bank) as captured,
               (select coalesce(sum(amount), 0) from acknowledged) as acknowledged,
               (select coalesce(sum(amount), 0) from charges where account = $account) as booked,
               (select coalesce(sum((s.request::jsonb ->> 'amount')::bigint), 0) from idempotency_keys k
                  join idempotency_steps s on s.account = k.account and s.key = k.key
                 where k.account = $account and k.procedure in ('checkout.pay', 'agent.run') and s.step = 'charge' and k.state in ('in_progress', 'unknown', 'needs_review')
                   and not exists (select 1 from charges c where c.account = k.account and c.key = k.key)) as unknown,
               (select coalesce(sum(refunded), 0) from bank) as returned,
               (select coalesce(sum(refunded), 0) from acknowledged) as refunds_acknowledged,
               (select coalesce(sum(amount), 0) from refunds where account = $account) as refunds_booked,
               (select coalesce(sum((s.request::jsonb ->> 'amount')::bigint), 0) from idempotency_keys k
                  join idempotency_steps s on s.account = k.account and s.key = k.key
                 where k.account = $account and k.procedure = 'refunds.create' and k.state in ('in_progress', 'unknown', 'needs_review')) as refunds_unknown) t
             where captured < acknowledged or captured > booked + unknown
                or returned < refunds_acknowledged or returned > refunds_booked + refunds_unknown or returned > captured`,
  },
  {
    id: "S10",
    name: "One send per fence, and none by a fence that was never granted",
    over: "idempotency_steps",
    broken: `select k.key, k.fence, s.last_sent from idempotency_keys k join idempotency_steps s on s.account = k.account and s.key = k.key
             where k.account = $account and (s.last_sent > k.fence
               or (select count(*) <> count(distinct f) from unnest(s.open_sends) f))`,
  },
  {
    id: "L4",
    name: "Every receipt is delivered within a minute, or waits for a person",
    over: "receipts",
    broken: `select order_id, attempts, last_error, queued_at from receipts
             where account = $account and sent_at is null and review is null and queued_at < clock_timestamp() - interval '1 minute'`,
  },
];
