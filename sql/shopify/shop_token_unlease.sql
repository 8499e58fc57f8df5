-- We got none; whoever comes next may try.
UPDATE shop_token SET lease_owner = NULL, lease_until = 0
WHERE shop = $1 AND lease_owner = $2;
