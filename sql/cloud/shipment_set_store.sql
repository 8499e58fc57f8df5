-- What the store said of a shipment.
UPDATE shipment SET sent_revision = $2, due = $3, store_state = $4,
	store_code = $5, store_reason = $6, store_next = $7, store_at = $8,
	store_tries = $9, store_retry_at = $10
WHERE id = $1;
