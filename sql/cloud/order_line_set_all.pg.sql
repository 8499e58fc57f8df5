-- All lines of a document at once; a line keeps its id.  PostgreSQL's own JSON
-- functions.
INSERT INTO order_line (order_id, pos, external_id, sku, gtin, title, quantity,
	current_quantity, requires_shipping, unit_value)
SELECT $1, n - 1, value->>'id', value->>'sku', value->>'gtin',
	value->>'title', CAST(value->>'quantity' AS BIGINT),
	CAST(value->>'current_quantity' AS BIGINT),
	CAST(value->>'requires_shipping' AS BIGINT), value->>'unit_value'
FROM json_array_elements(CAST(CAST($2 AS TEXT) AS JSON))
	WITH ORDINALITY AS t (value, n)
ON CONFLICT (order_id, external_id) DO UPDATE SET pos = excluded.pos,
	sku = excluded.sku, gtin = coalesce(excluded.gtin, order_line.gtin),
	title = excluded.title, quantity = excluded.quantity,
	current_quantity = excluded.current_quantity,
	requires_shipping = excluded.requires_shipping,
	unit_value = excluded.unit_value;
