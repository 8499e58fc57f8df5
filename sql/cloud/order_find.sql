-- One order with what lists show.
SELECT o.id, o.channel, coalesce(c.id, 0) AS connector,
	c.public_id AS connector_public, o.external_id, o.name, o.status,
	o.currency, o.total, o.country, o.destination, o.shipping_preference,
	o.flags, o.nlines, o.placed_at, o.created_at, o.updated_at,
	o.cancelled_at, o.imported_at, o.digest, o.changed, o.changed_what,
	coalesce(s.state, 'synced') AS sync_state, s.code AS sync_code,
	s.reason AS sync_reason, s.job
FROM orders o
LEFT JOIN order_sync s
	ON s.channel = o.channel AND s.external_id = o.external_id
LEFT JOIN connector c ON c.channel = o.channel
WHERE o.id = $1;
