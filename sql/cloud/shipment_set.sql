-- What may change of a shipment.
UPDATE shipment SET state = $2,
	courier = CASE WHEN CAST($3 AS BIGINT) = 0 THEN NULL
		ELSE CAST($3 AS BIGINT) END,
	hold = $4, shipped_at = $5, delivered_at = $6, tracking_at = $7,
	tracking_key = $8, state_at = $9, revision = $10, due = $11,
	store_state = $12, search = $13
WHERE id = $1;
