-- A shop's pair of tokens, sealed.
SELECT pair, access, access_until, refresh, refresh_until, refreshed_at,
    lease_until
FROM shop_token WHERE shop = $1;
