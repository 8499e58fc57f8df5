-- What the store made of a shipment.
INSERT INTO shipment_fulfillment (shipment, external_id, location, adopted,
	lines, made_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shipment, external_id) DO UPDATE SET location = $3, lines = $5;
