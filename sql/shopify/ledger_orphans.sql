-- Sent by an automatic run that never heard an answer.  A run of `send` that
-- began before ours ($2 its start, $3 our job) may have them in the air, and
-- hears for itself.
SELECT id, shop, generation, order_id, name, state, state_at, created_at,
    updated_at, tagged_at, wrote_at, digest, sent_digest, taken_digest, must_read, picture, ours,
    echo, airing, hidden, owed, tagged_by_hand, manual, again, confirmed, redacted,
    attempts, next_at, unread_since, cancelled_at, batch, via, job, done_job, code, reason, customer,
    asked_at
FROM ledger
WHERE shop = $1 AND state = 'sending' AND job IS NULL AND via = 'automatic'
  AND NOT EXISTS (SELECT 1 FROM job r
    WHERE r.tenant = $1 AND r.kind = 'send' AND r.state = 'running'
      AND (r.started_at < $2 OR (r.started_at = $2 AND r.id < $3)))
ORDER BY id LIMIT 50;
