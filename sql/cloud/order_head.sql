-- The revision of an order we may hold.
SELECT id, updated_at, digest, cancelled_at, redacted_at FROM orders
WHERE channel = $1 AND external_id = $2;
