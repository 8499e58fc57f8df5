-- Orders of a channel that still hold personal data.
SELECT id, external_id, name, document FROM orders
WHERE channel = $1 AND redacted_at = 0 ORDER BY id LIMIT $2;
