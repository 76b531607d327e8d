-- The second wall between accounts, for writes: every reference carries the account, so that no row can point at
-- another account's, whatever a statement forgets. (Reads: server/trpc/walls-between-accounts.test.ts.)

-- Keys that begin with the account, in the place of those without it: no index more than before.
alter table ledger_entries drop constraint ledger_entries_posting_id_fkey;
alter table postings drop constraint postings_pkey, add primary key (account, posting_id);
alter table refunds drop constraint refunds_charge_id_fkey;
alter table charges drop constraint charges_pkey, add primary key (account, charge_id);

alter table ledger_entries add foreign key (account, posting_id) references postings (account, posting_id);
alter table postings add foreign key (account, order_id) references orders (account, order_id);
alter table refunds add foreign key (account, charge_id) references charges (account, charge_id);

-- One index serves both: an account's entries, and those of one posting of it.
drop index ledger_entries_account;
drop index ledger_entries_posting;
create index ledger_entries_posting on ledger_entries (account, posting_id);

-- The same promise as in 0001, by the index that begins with the account.
create or replace function posting_balances() returns trigger language plpgsql as $$
declare
  debits  bigint;
  credits bigint;
begin
  select coalesce(sum(amount) filter (where direction = 'debit'), 0),
         coalesce(sum(amount) filter (where direction = 'credit'), 0)
    into debits, credits from ledger_entries where account = new.account and posting_id = new.posting_id;
  if debits <> credits or debits = 0 then
    raise exception 'posting % does not balance: debit %, credit %', new.posting_id, debits, credits
      using errcode = 'check_violation', constraint = 'posting_balances';
  end if;
  return null;
end $$;
