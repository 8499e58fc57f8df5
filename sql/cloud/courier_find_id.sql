-- A courier by its id.
SELECT id, code, name, shopify_name, url, custom FROM courier WHERE id = $1;
