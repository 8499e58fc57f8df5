-- What is left of shipments that are gone.
DELETE FROM fulfil_event
WHERE NOT EXISTS (SELECT 1 FROM fulfil_ship s WHERE s.id = fulfil_event.ship);
