-- The order's status follows from its shipments: what must be sent and how
-- much of it is in shipments.
UPDATE orders SET status = (
	SELECT CASE WHEN coalesce(sum(q.planned), 0) = 0 THEN 'placed'
		WHEN sum(CASE WHEN q.wanted > q.planned THEN 1 ELSE 0 END) = 0
		THEN 'total' ELSE 'partial' END
	FROM (SELECT CASE WHEN l.requires_shipping = 1
			THEN l.current_quantity ELSE 0 END AS wanted,
		coalesce((SELECT sum(sl.quantity) FROM shipment_line sl
			JOIN shipment s ON s.id = sl.shipment
			WHERE sl.line = l.id AND s.state <> 'CANCELLED'), 0)
			AS planned
		FROM order_line l WHERE l.order_id = $1) q)
WHERE id = $1;
