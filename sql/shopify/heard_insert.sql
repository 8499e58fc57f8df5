-- A signed call, if it is the first with this id.
INSERT INTO heard (shop, call_id, at) VALUES ($1, $2, $3)
ON CONFLICT (shop, call_id) DO NOTHING;
