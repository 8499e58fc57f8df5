-- A customer's orders.
SELECT id, external_id, name, document FROM orders
WHERE channel = $1 AND customer_id = $2 AND redacted_at = 0
ORDER BY id LIMIT $3;
