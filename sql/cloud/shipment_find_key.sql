-- The shipment made with an Idempotency-Key before.
SELECT v.* FROM shipment_view v JOIN shipment s ON s.id = v.id
WHERE s.order_id = $1 AND s.made_key = $2;
