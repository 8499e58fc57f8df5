-- The fulfilments of a shipment, in the order they were planned.
SELECT id, ship, location, lines, state, external, adopted, revision, numbers,
    tracking_until, aired_at, air_until
FROM fulfil WHERE ship = $1 ORDER BY id;
