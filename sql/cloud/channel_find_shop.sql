-- The channel of a store.
SELECT id, technology, shop, name, created_at FROM channel
WHERE technology = $1 AND shop = $2;
