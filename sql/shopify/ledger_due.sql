-- Orders whose turn it is: those a person asked for, then the longest waiting,
-- then those that were put behind (next_at), whoever asked for them.
-- $2 state, $3 now, $4 not created before, $5 1: only what a person asked for;
-- 0: all.  Nothing that waits is held back beyond $7: that is of a clock that
-- was put back, and due, up to $8 (of failed ones: $3).
SELECT id, shop, generation, order_id, name, state, state_at, created_at,
    updated_at, tagged_at, wrote_at, digest, sent_digest, taken_digest, must_read, picture, ours,
    echo, airing, hidden, owed, tagged_by_hand, manual, again, confirmed, redacted,
    attempts, next_at, unread_since, cancelled_at, batch, via, job, done_job, code, reason, customer,
    asked_at
FROM ledger
WHERE shop = $1 AND state = $2 AND next_at <= $8 AND created_at >= $4
  AND (next_at <= $3 OR next_at > $7)
  AND manual >= $5 AND confirmed = 1 AND redacted = 0
  AND (cancelled_at = 0 OR sent_digest IS NOT NULL)
ORDER BY CASE WHEN next_at > state_at THEN 2 ELSE 1 - manual END,
    CASE WHEN next_at > state_at THEN next_at ELSE state_at END, id LIMIT $6;
