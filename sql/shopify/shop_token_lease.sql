-- Nobody else is getting a pair: now it is us ($2), until $3.  $4: now.  A lease
-- that ends later than ours would was taken while the clock was wrong.
UPDATE shop_token SET lease_owner = $2, lease_until = $3
WHERE shop = $1 AND (lease_until < $4 OR lease_until > $3);
