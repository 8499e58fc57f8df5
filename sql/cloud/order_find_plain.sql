-- One order that still holds personal data.
SELECT id, external_id, name, document FROM orders
WHERE channel = $1 AND external_id = $2 AND redacted_at = 0;
