-- The request a job is about.
SELECT id, channel, connector, kind, request_id, customer, orders, job,
	done_at
FROM privacy_request WHERE id = $1;
