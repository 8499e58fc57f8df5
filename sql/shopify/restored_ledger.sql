-- After a restore: what is not settled is read by id before anything is done.
UPDATE ledger SET must_read = 1, airing = 0
WHERE state IN ('waiting', 'sending', 'failed') AND redacted = 0;
