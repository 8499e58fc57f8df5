-- As connector_sealed.sql; PostgreSQL has a function for a byte.
SELECT convert_from(substr(s, 3, get_byte(s, 1)), 'UTF8') AS key, count(*) AS n
FROM (SELECT token AS s FROM connector
      UNION ALL
      SELECT old_token FROM connector WHERE old_until > $1) AS sealed
WHERE s IS NOT NULL GROUP BY 1 ORDER BY 1;
