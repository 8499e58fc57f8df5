-- Orders of one status, newest first.
-- $1 id (before), $2 channel (0: any), $3 status, $4 sync state, $5 and $6
-- latest shipping date from and before ($5 < 0: any), $7 1: managed ones only,
-- $8 limit
SELECT v.* FROM order_view v
WHERE status = $3 AND id < $1
	AND (CAST($2 AS BIGINT) = 0 OR channel = CAST($2 AS BIGINT))
	AND (CAST($4 AS TEXT) IS NULL OR sync_state = CAST($4 AS TEXT))
	AND (CAST($5 AS BIGINT) < 0 OR (status <> 'total' AND cancelled_at = 0
		AND ship_by >= CAST($5 AS BIGINT)
		AND ship_by < CAST($6 AS BIGINT)))
	AND (CAST($7 AS BIGINT) = 0 OR status = 'total' OR cancelled_at <> 0)
ORDER BY id DESC LIMIT $8;
