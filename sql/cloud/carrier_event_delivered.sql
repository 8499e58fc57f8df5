-- The event that delivered a shipment.
SELECT ce.id, ce.shipment, s.public_id, ce.source, ce.ext_id, ce.kind,
	ce.happened_at, ce.message, coalesce(ce.courier, 0) AS courier,
	ce.numbers, ce.state, ce.code, ce.reason, ce.next, ce.sent_at,
	ce.received_at
FROM carrier_event ce JOIN shipment s ON s.id = ce.shipment
WHERE ce.shipment = $1 AND ce.kind = 'DELIVERED'
	AND ce.state IN ('owed', 'sent', 'held')
ORDER BY ce.id LIMIT 1;
