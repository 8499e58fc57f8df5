-- The newest document we hold, sealed.
SELECT body FROM ledger_body WHERE ledger = $1;
