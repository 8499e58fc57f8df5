-- Waiting or failed, and older than what can be read ($2).
SELECT id, shop, generation, order_id, name, state, state_at, created_at,
    updated_at, tagged_at, wrote_at, digest, sent_digest, taken_digest, must_read, picture, ours,
    echo, airing, hidden, owed, tagged_by_hand, manual, again, confirmed, redacted,
    attempts, next_at, unread_since, cancelled_at, batch, via, job, done_job, code, reason, customer,
    asked_at
FROM ledger
WHERE shop = $1 AND created_at < $2 AND next_at < 9000000000000000
  AND state IN ('waiting', 'failed')
ORDER BY id LIMIT 200;
