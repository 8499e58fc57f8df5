-- The store acknowledged this state; a newer one stays owed.
UPDATE order_sync SET owed = 0
WHERE channel = $1 AND external_id = $2 AND seq = $3;
