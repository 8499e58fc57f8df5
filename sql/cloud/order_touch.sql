-- The same content again: the revision moves, nothing else does.
UPDATE orders SET updated_at = $2, changed = 0, changed_what = NULL
WHERE id = $1 AND updated_at <= $2;
