-- A cancelled shipment's kept events have no use any more.
UPDATE carrier_event SET state = 'refused', code = 'shipment_cancelled',
	reason = 'The shipment was cancelled before this could count.'
WHERE shipment = $1 AND state = 'kept';
