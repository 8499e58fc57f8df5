-- New content of an order; never its status.  Cancelled stays cancelled: older
-- content may come after the news of it.
UPDATE orders SET connector = $2, name = $3, currency = $4, total = $5,
	country = $6, destination = $7, shipping_preference = $8, flags = $9,
	nlines = $10, customer_id = $11, placed_at = $12, created_at = $13,
	updated_at = $14, cancelled_at = CASE WHEN CAST($15 AS BIGINT) <> 0
	THEN CAST($15 AS BIGINT) ELSE cancelled_at END, digest = $16, search = $17,
	document = $18, changed = 0, changed_what = NULL
WHERE id = $1;
