-- Nobody else is getting a pair: now it is us ($2), until $3.  $4: now.
UPDATE shop_token SET lease_owner = $2, lease_until = $3
WHERE shop = $1 AND lease_until < $4;
