-- We may not hold it any more.
DELETE FROM ledger_body WHERE ledger = $1;
