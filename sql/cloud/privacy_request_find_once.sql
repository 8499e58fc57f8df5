-- The request that came before.
SELECT id, channel, connector, kind, request_id, customer, orders, job,
	done_at
FROM privacy_request WHERE channel = $1 AND kind = $2 AND request_id = $3;
