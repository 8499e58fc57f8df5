-- Cancelled in the store.
UPDATE orders SET cancelled_at = $3
WHERE channel = $1 AND external_id = $2 AND cancelled_at = 0;
