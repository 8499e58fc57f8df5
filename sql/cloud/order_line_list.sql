-- Lines of an order.
SELECT id, external_id, sku, gtin, title, quantity, current_quantity,
	requires_shipping, unit_value
FROM order_line WHERE order_id = $1 ORDER BY pos, id;
