-- Drop a user's own courier that no shipment names.
DELETE FROM courier
WHERE code = $1 AND custom = 1
	AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.courier = courier.id);
