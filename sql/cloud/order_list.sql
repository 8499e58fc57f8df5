-- Orders, newest first; words that many orders have are looked for here.
-- $1 id (before), $2 channel (0: any), $3 status, $4 sync state, $5 and $6
-- latest shipping date from and before ($5 < 0: any), $7 1: managed ones only,
-- $8 limit, $9 to $14 ranges of words, NULL: any, $15 id (from)
SELECT v.* FROM order_view v
WHERE id < $1 AND id >= $15
	AND (CAST($2 AS BIGINT) = 0 OR channel = CAST($2 AS BIGINT))
	AND (CAST($3 AS TEXT) IS NULL OR status = CAST($3 AS TEXT))
	AND (CAST($4 AS TEXT) IS NULL OR sync_state = CAST($4 AS TEXT))
	AND (CAST($5 AS BIGINT) < 0 OR (status <> 'total' AND cancelled_at = 0
		AND ship_by >= CAST($5 AS BIGINT)
		AND ship_by < CAST($6 AS BIGINT)))
	AND (CAST($7 AS BIGINT) = 0 OR status = 'total' OR cancelled_at <> 0)
	AND (CAST($9 AS TEXT) IS NULL OR EXISTS (
		SELECT 1 FROM order_word w WHERE w.order_id = v.id
		AND w.word >= CAST($9 AS TEXT) AND w.word < CAST($10 AS TEXT)))
	AND (CAST($11 AS TEXT) IS NULL OR EXISTS (
		SELECT 1 FROM order_word w WHERE w.order_id = v.id
		AND w.word >= CAST($11 AS TEXT) AND w.word < CAST($12 AS TEXT)))
	AND (CAST($13 AS TEXT) IS NULL OR EXISTS (
		SELECT 1 FROM order_word w WHERE w.order_id = v.id
		AND w.word >= CAST($13 AS TEXT) AND w.word < CAST($14 AS TEXT)))
ORDER BY id DESC LIMIT $8;
