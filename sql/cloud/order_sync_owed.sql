-- What the store has not acknowledged, oldest first, changed before $2.
SELECT external_id, state, code, reason, job, seq FROM order_sync
WHERE channel = $1 AND owed = 1 AND changed_at <= $2 AND state <> 'syncing'
ORDER BY changed_at, external_id LIMIT $3;
