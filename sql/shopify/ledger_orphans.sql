-- Sent by an automatic run that never heard an answer.  What a run that is at
-- work has taken may be in the air: it hears for itself.
SELECT id, shop, generation, order_id, name, state, state_at, created_at,
    updated_at, tagged_at, wrote_at, digest, sent_digest, taken_digest, must_read, picture, ours,
    echo, airing, hidden, owed, tagged_by_hand, manual, again, confirmed, redacted,
    attempts, next_at, unread_since, cancelled_at, batch, via, job, done_job, code, reason, customer,
    asked_at
FROM ledger
WHERE shop = $1 AND state = 'sending' AND job IS NULL AND via = 'automatic'
  AND NOT EXISTS (SELECT 1 FROM job r
    WHERE r.tenant = ledger.shop AND r.state = 'running'
      AND ledger.batch = r.uuid || '/' || r.fence)
ORDER BY id LIMIT 50;
