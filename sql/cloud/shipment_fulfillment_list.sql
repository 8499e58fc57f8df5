-- What the store made of a shipment.
SELECT external_id, location, adopted, lines, made_at
FROM shipment_fulfillment WHERE shipment = $1 ORDER BY made_at, external_id;
