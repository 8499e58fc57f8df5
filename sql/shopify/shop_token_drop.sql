-- The shop is gone, or its pair is dead; so is a lease: a pair that is on its
-- way must not be stored any more.
UPDATE shop_token SET access = NULL, access_until = 0, refresh = NULL,
    refresh_until = 0, lease_owner = NULL, lease_until = 0
WHERE shop = $1;
