-- A batch that was not seen before.
INSERT INTO pulled (shop, batch, at) VALUES ($1, $2, $3)
ON CONFLICT (shop, batch) DO NOTHING;
