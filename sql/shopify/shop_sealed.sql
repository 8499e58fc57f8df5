-- Which keys tokens are sealed with (a seal: version, length of the key's id,
-- the id, …), and how many; not those that are of no use at $1.
SELECT CAST(substr(s, 3, unicode(CAST(substr(s, 2, 1) AS TEXT))) AS TEXT) AS key,
    count(*) AS n
FROM (SELECT app_token AS s FROM shop
      UNION ALL
      SELECT trial_token FROM shop WHERE trial_until > $1
      UNION ALL
      SELECT access FROM shop_token WHERE access_until > $1
      UNION ALL
      SELECT refresh FROM shop_token WHERE refresh_until > $1) AS sealed
WHERE s IS NOT NULL GROUP BY 1 ORDER BY 1;
