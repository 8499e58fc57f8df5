-- Batches nobody will ask for again.
DELETE FROM pulled WHERE shop = $1 AND at < $2;
