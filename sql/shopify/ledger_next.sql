-- When the next one is due; -1: none is.
SELECT COALESCE(MIN(next_at), -1) AS at FROM ledger
WHERE shop = $1 AND state IN ('waiting', 'failed') AND created_at >= $2
  AND manual >= $3 AND confirmed = 1 AND redacted = 0
  AND next_at < 9000000000000000
  AND (cancelled_at = 0 OR sent_digest IS NOT NULL);
