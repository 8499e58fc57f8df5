-- The store's channel; no row: it is there already.
INSERT INTO channel (technology, shop, name, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (technology, shop) DO NOTHING
RETURNING id, technology, shop, name, created_at;
