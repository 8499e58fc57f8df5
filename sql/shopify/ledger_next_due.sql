-- When the first that waits and is not due is due.  $2 now, $3 not created
-- before, $4 1: only what a person asked for, $5 never.
SELECT coalesce(min(next_at), $5) AS n FROM ledger
WHERE shop = $1 AND state = 'waiting' AND next_at > $2 AND next_at < $5
  AND created_at >= $3 AND manual >= $4 AND confirmed = 1 AND redacted = 0
  AND (cancelled_at = 0 OR sent_digest IS NOT NULL);
