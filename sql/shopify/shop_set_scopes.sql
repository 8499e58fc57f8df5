-- The scopes as Shopify now grants them.
UPDATE shop SET scopes = $2 WHERE id = $1;
