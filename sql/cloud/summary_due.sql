-- Orders in each tab of the list: $1 now, $2 tomorrow's midnight, $3 that after.
SELECT (SELECT count(*) FROM orders WHERE status <> 'total'
		AND cancelled_at = 0 AND ship_by >= 1 AND ship_by < $1) AS late,
	(SELECT count(*) FROM orders WHERE status <> 'total'
		AND cancelled_at = 0 AND ship_by >= $1 AND ship_by < $2)
		AS today,
	(SELECT count(*) FROM orders WHERE status <> 'total'
		AND cancelled_at = 0 AND ship_by >= $2 AND ship_by < $3)
		AS tomorrow,
	(SELECT count(*) FROM orders WHERE status <> 'total'
		AND cancelled_at = 0 AND ship_by >= $3) AS later,
	(SELECT count(*) FROM orders WHERE status <> 'total'
		AND cancelled_at = 0 AND ship_by = 0) AS none,
	(SELECT count(*) FROM orders WHERE status = 'total'
		OR cancelled_at <> 0) AS managed;
