-- A shipment we hear of for the first time.
INSERT INTO fulfil_ship (shop, shipment, order_id, revision, lines, company,
    tracking, notify, state, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'going', $9)
ON CONFLICT (shop, shipment) DO NOTHING;
