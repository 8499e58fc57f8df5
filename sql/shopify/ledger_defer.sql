-- It cannot be read now: those behind it go first.  $2 now, $3 not before.
UPDATE ledger SET next_at = $3
WHERE id = $1 AND state IN ('waiting', 'failed') AND next_at <= $2;
