-- An event, unless its source said it before: then no row.
INSERT INTO carrier_event (shipment, source, ext_id, kind, happened_at,
	message, courier, numbers, state, sent_at, received_at)
VALUES ($1, $2, $3, $4, $5, $6,
	CASE WHEN CAST($7 AS BIGINT) = 0 THEN NULL
		ELSE CAST($7 AS BIGINT) END, $8, $9, 0, $10)
ON CONFLICT (source, ext_id) DO NOTHING
RETURNING id;
