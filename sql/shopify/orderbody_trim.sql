-- Documents of orders that have been done or skipped since $2 or longer.
DELETE FROM ledger_body WHERE ledger IN
    (SELECT id FROM ledger WHERE shop = $1 AND state IN ('done', 'skipped')
	AND state_at < $2);
