-- Orders we know of but do not hold: sent to us, not taken (yet).  $1 the
-- store's id, $2 and $3 the number with and without its sign.
SELECT s.external_id, i.name, s.state, s.code, s.reason, s.job,
	k.public_id AS connector, coalesce(k.automatic, 0) AS automatic
FROM channel c
JOIN order_sync s ON s.channel = c.id
LEFT JOIN incoming i
	ON i.channel = s.channel AND i.external_id = s.external_id
LEFT JOIN connector k ON k.channel = c.id
WHERE s.external_id IN (
		SELECT CAST($1 AS TEXT)
		UNION SELECT n.external_id FROM incoming n
		WHERE n.channel = c.id AND n.name IN ($2, $3))
	AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.channel = s.channel
		AND o.external_id = s.external_id)
ORDER BY c.id, s.external_id LIMIT 10;
