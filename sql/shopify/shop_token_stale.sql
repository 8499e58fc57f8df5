-- Shopify no longer takes the access token of this pair: get another one.
UPDATE shop_token SET access_until = 0 WHERE shop = $1 AND pair = $2;
