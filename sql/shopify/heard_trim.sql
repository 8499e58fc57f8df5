-- Ids so old that their timestamp refuses them.
DELETE FROM heard WHERE shop = $1 AND at < $2;
