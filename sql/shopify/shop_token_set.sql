-- A new pair, if we still hold the lease ($2); which ends with it.
UPDATE shop_token SET pair = $3, access = $4, access_until = $5, refresh = $6,
    refresh_until = $7, refreshed_at = $8, lease_owner = NULL, lease_until = 0
WHERE shop = $1 AND lease_owner = $2;
