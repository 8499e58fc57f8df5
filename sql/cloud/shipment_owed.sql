-- Shipments the store does not know all of, behind an id.
-- $4 1: fulfilments, 2: events.  $3: those held by the store only when due.
SELECT * FROM shipment_view v
WHERE v.channel = $1 AND v.id > $2
	AND (v.store_retry_at <= $3)
	AND ((CAST($4 AS BIGINT) = 1 AND v.revision > v.sent_revision)
		OR (CAST($4 AS BIGINT) = 2 AND v.revision > 0 AND EXISTS (
			SELECT 1 FROM carrier_event ce WHERE ce.shipment = v.id
				AND ce.state IN ('owed', 'held'))))
ORDER BY v.id LIMIT $5;
