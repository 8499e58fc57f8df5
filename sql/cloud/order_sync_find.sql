-- What the store is to know of an order.
SELECT external_id, state, code, reason, job, seq FROM order_sync
WHERE channel = $1 AND external_id = $2;
