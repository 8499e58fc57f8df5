-- Orders to be managed, the most urgent first, behind the cursor ($1 date,
-- $7 id).
-- $2 channel (0: any), $3 status, $4 sync state, $5 and $6 latest shipping date
-- from and before, $8 limit
SELECT v.* FROM order_view v
WHERE status <> 'total' AND cancelled_at = 0 AND ship_by >= $5 AND ship_by < $6
	AND (ship_by, id) > ($1, $7)
	AND (CAST($2 AS BIGINT) = 0 OR channel = CAST($2 AS BIGINT))
	AND (CAST($3 AS TEXT) IS NULL OR status = CAST($3 AS TEXT))
	AND (CAST($4 AS TEXT) IS NULL OR sync_state = CAST($4 AS TEXT))
ORDER BY ship_by, id LIMIT $8;
