-- It cannot be read now: those behind it go first.  $2 now, $3 not before; later
-- than now if a read was in vain.  $4 as $7 of ledger_due.sql.
UPDATE ledger SET next_at = $3,
    unread_since = CASE WHEN $3 > $2 AND (unread_since = 0 OR unread_since > $2)
	THEN $2 ELSE unread_since END
WHERE id = $1 AND state IN ('waiting', 'failed')
  AND (next_at <= $2 OR (state = 'waiting' AND next_at > $4));
