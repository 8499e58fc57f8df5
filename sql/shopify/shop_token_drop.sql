-- The shop is gone, or its pair is dead.
UPDATE shop_token SET access = NULL, access_until = 0, refresh = NULL,
    refresh_until = 0
WHERE shop = $1;
