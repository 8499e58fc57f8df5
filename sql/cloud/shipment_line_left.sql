-- Lines of an order with what is in shipments of each.
SELECT l.id, l.external_id, l.title, l.requires_shipping, l.current_quantity,
	CAST(coalesce((SELECT sum(sl.quantity) FROM shipment_line sl
		JOIN shipment s ON s.id = sl.shipment
		WHERE sl.line = l.id AND s.state <> 'CANCELLED'), 0) AS BIGINT)
		AS planned
FROM order_line l WHERE l.order_id = $1 ORDER BY l.pos, l.id;
