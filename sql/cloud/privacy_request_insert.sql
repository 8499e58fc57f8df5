-- A request; no row: it came before.
INSERT INTO privacy_request (channel, connector, kind, request_id, customer,
	orders, created_at, done_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
ON CONFLICT (channel, kind, request_id) DO NOTHING
RETURNING id, channel, connector, kind, request_id, customer, orders, job,
	done_at;
