-- All lines of a document at once; a line keeps its id.
INSERT INTO order_line (order_id, pos, external_id, sku, gtin, title, quantity,
	current_quantity, requires_shipping, unit_value)
SELECT $1, CAST(key AS BIGINT), json_extract(value, '$.id'),
	json_extract(value, '$.sku'),
	json_extract(value, '$.gtin'), json_extract(value, '$.title'),
	json_extract(value, '$.quantity'),
	json_extract(value, '$.current_quantity'),
	json_extract(value, '$.requires_shipping'),
	json_extract(value, '$.unit_value')
FROM json_each($2) WHERE 1
ON CONFLICT (order_id, external_id) DO UPDATE SET pos = excluded.pos,
	sku = excluded.sku, gtin = coalesce(excluded.gtin, order_line.gtin),
	title = excluded.title, quantity = excluded.quantity,
	current_quantity = excluded.current_quantity,
	requires_shipping = excluded.requires_shipping,
	unit_value = excluded.unit_value;
