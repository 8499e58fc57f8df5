-- Couriers by name, behind the cursor.
SELECT id, code, name, shopify_name, url, custom FROM courier
WHERE name_key > $1 ORDER BY name_key LIMIT $2;
