-- What the store is to know of an order.
INSERT INTO order_sync (channel, external_id, state, code, reason, job, owed,
	seq, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
ON CONFLICT (channel, external_id) DO UPDATE SET state = $3, code = $4,
	reason = $5, job = $6, owed = $7, seq = order_sync.seq + 1,
	changed_at = $8;
