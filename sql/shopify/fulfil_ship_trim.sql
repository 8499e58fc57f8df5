-- Shipments of orders that the store shows us no more.
DELETE FROM fulfil_ship WHERE shop = $1 AND at < $2;
