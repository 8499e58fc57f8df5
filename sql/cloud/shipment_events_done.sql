-- No event of it waits for the store, unless one came meanwhile.
UPDATE shipment SET due = due - 2
WHERE id = $1 AND due >= 2 AND NOT EXISTS (SELECT 1 FROM carrier_event ce
	WHERE ce.shipment = shipment.id AND ce.state = 'owed');
