-- How far an order's shipments are, those cancelled left out.
SELECT count(*) AS made,
	coalesce(sum(CASE WHEN shipped_at <> 0 THEN 1 ELSE 0 END), 0)
		AS shipped,
	coalesce(sum(CASE WHEN delivered_at <> 0 THEN 1 ELSE 0 END), 0)
		AS delivered,
	coalesce(sum(hold), 0) AS held,
	coalesce(sum(CASE WHEN store_state IN ('held', 'refused') THEN 1
		ELSE 0 END), 0) AS refused,
	(SELECT store_reason FROM shipment
		WHERE order_id = $1 AND state <> 'CANCELLED'
		AND store_state IN ('held', 'refused')
		ORDER BY id DESC LIMIT 1) AS reason,
	(SELECT store_next FROM shipment
		WHERE order_id = $1 AND state <> 'CANCELLED'
		AND store_state IN ('held', 'refused')
		ORDER BY id DESC LIMIT 1) AS next
FROM shipment WHERE order_id = $1 AND state <> 'CANCELLED';
