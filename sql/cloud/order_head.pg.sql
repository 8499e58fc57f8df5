-- The revision of an order we may hold.  Locked: imports of one order follow
-- one another.
SELECT id, updated_at, digest, cancelled_at, redacted_at FROM orders
WHERE channel = $1 AND external_id = $2 FOR UPDATE;
