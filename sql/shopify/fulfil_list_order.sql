-- All fulfilments we know of an order, of whichever shipment.
SELECT f.id, f.ship, f.location, f.lines, f.state, f.external, f.adopted,
    f.revision, f.numbers, f.tracking_until, f.aired_at, f.air_until
FROM fulfil f JOIN fulfil_ship s ON s.id = f.ship
WHERE s.shop = $1 AND s.order_id = $2 ORDER BY f.id;
