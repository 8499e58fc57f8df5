-- A new shipment.
INSERT INTO shipment (public_id, order_id, channel, state, courier,
	notify_customer, hold, shipped_at, delivered_at, tracking_at,
	tracking_key, state_at, made_key, revision, sent_revision, due,
	store_state, store_at, store_tries, store_retry_at, search, created_at)
VALUES ($1, $2, $3, 'CREATED', NULL, $4, 0, 0, 0, 0, '', 0, $5, 0, 0, 0,
	'none', 0, 0, 0, '', $6)
RETURNING id;
