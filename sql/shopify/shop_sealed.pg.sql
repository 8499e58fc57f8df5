-- As shop_sealed.sql; PostgreSQL has a function for a byte.
SELECT convert_from(substr(s, 3, get_byte(s, 1)), 'UTF8') AS key, count(*) AS n
FROM (SELECT app_token AS s FROM shop
      UNION ALL
      SELECT trial_token FROM shop WHERE trial_until > $1
      UNION ALL
      SELECT access FROM shop_token WHERE access_until > $1
      UNION ALL
      SELECT refresh FROM shop_token WHERE refresh_until > $1) AS sealed
WHERE s IS NOT NULL GROUP BY 1 ORDER BY 1;
