-- What became of an event.
UPDATE carrier_event SET state = $2, code = $3, reason = $4, next = $5,
	sent_at = $6
WHERE id = $1;
