-- The connector ended: what was on its way failed.
UPDATE order_sync SET state = 'error', code = 'import_failed', reason = $2,
	seq = seq + 1, owed = 1, changed_at = $3
WHERE channel = $1 AND state = 'syncing';
