-- An order's story: its own lines, and those without an order of the jobs they
-- name; newest first by when it happened, behind the cursor.
-- $1 order, $2 time, $3 id, $4 limit
SELECT id, at, tenant, level, step, job, order_id, order_name, text, reason,
	next, origin, ext_id
FROM event
WHERE id IN (
	SELECT e.id FROM event e WHERE e.order_id = $1
	UNION
	SELECT j.id FROM event j WHERE j.order_id IS NULL AND j.job IN (
		SELECT o.job FROM event o
		WHERE o.order_id = $1 AND o.job IS NOT NULL))
	AND (at, id) < ($2, $3)
ORDER BY at DESC, id DESC LIMIT $4;
