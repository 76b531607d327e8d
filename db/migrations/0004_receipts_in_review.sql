-- What waits for a person is few: listed for an account and counted for the metrics without reading every receipt.
create index receipts_in_review on receipts (account, due_at) where review is not null and sent_at is null;
