-- An order; no row: another import of it was first.
INSERT INTO orders (channel, external_id, connector, name, status, currency,
	total, country, destination, shipping_preference, flags, nlines,
	customer_id, placed_at, created_at, updated_at, cancelled_at,
	imported_at, digest, changed, redacted_at, ship_by, search,
	document)
VALUES ($1, $2, $3, $4, 'placed', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
	$15, $16, $17, $18, 0, 0, $19, $20, $21)
ON CONFLICT (channel, external_id) DO NOTHING
RETURNING id, updated_at, digest, cancelled_at, redacted_at;
