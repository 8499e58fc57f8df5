-- A courier by its code or its name, in lower case.
SELECT id, code, name, shopify_name, url, custom FROM courier
WHERE code = $1 OR name_key = $1 ORDER BY id LIMIT 1;
