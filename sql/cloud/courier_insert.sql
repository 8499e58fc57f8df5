-- A user's own courier, unless code or name are taken: then no row.
INSERT INTO courier (code, name, name_key, shopify_name, url, custom)
VALUES ($1, $2, $3, $4, $5, 1)
ON CONFLICT DO NOTHING
RETURNING id, code, name, shopify_name, url, custom;
